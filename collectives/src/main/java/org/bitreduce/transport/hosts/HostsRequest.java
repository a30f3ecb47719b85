// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.Request;

/** A send, which may go both ways, or a receive, which comes one. Confined like its transport. */
final class HostsRequest implements Request {

    private final HostsTransport transport;
    /** Null where the rank is the only one of its host. */
    private final Request near;

    private final Request far;
    private boolean usesNear;
    private boolean usesFar;
    private boolean receives;

    HostsRequest(HostsTransport transport, Request near, Request far) {
        this.transport = transport;
        this.near = near;
        this.far = far;
    }

    boolean belongsTo(HostsTransport asked) {
        return transport == asked;
    }

    /** A new post may use the other way only, whose request would not know that this one is in use. */
    void requireIdle() {
        if ((usesNear || usesFar) && (receives || !isDone())) {
            throw new IllegalStateException(
                    "the request is in use: wait until it is done and, if it received, release it"
                            + " before posting it again");
        }
    }

    /** Remembers which ways a send was posted. */
    void sends(boolean byNear, boolean byFar) {
        usesNear = byNear;
        usesFar = byFar;
        receives = false;
    }

    /** Remembers which way a receive was posted. */
    void receives(boolean byNear) {
        usesNear = byNear;
        usesFar = !byNear;
        receives = true;
    }

    Request near() {
        return near;
    }

    Request far() {
        return far;
    }

    @Override
    public boolean isDone() {
        return (usesNear || usesFar) && (!usesNear || near.isDone()) && (!usesFar || far.isDone());
    }

    @Override
    public boolean hasLeft() {
        return receives || (!usesNear || near.hasLeft()) && (!usesFar || far.hasLeft());
    }

    @Override
    public MemorySegment message() {
        return usesNear ? near.message() : far.message();
    }

    @Override
    public void release() {
        if (usesNear) {
            near.release();
        }
        if (usesFar) {
            far.release();
        }
        if (receives) {
            usesNear = false;
            usesFar = false;
        }
    }
}
