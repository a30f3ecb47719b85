// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** The step in which elements that have come with the agreement are rounded and combined; it waits for nothing. */
final class Combination implements Reducing {

    private final Channel channel;
    private final WorkMeter meter;
    private final long roundedBytes;
    private final long bytes;
    private final Runnable arithmetic;
    private boolean done;

    /**
     * Prepares the only step.
     *
     * @param roundedBytes of all that is rounded first, in others' places
     * @param bytes of all that is combined
     * @param arithmetic writes the result
     */
    Combination(Channel channel, WorkMeter meter, long roundedBytes, long bytes, Runnable arithmetic) {
        this.channel = channel;
        this.meter = meter;
        this.roundedBytes = roundedBytes;
        this.bytes = bytes;
        this.arithmetic = arithmetic;
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        long started = System.nanoTime();
        if (roundedBytes > 0 && meter.spend(Work.CONTRIBUTE, roundedBytes)) {
            meter.done(Work.CONTRIBUTE, roundedBytes); // one step with what follows
        }
        if (meter.spend(Work.COMBINE, bytes)) {
            arithmetic.run();
            meter.done(Work.COMBINE, bytes);
        }
        channel.countCodec(started);
        done = true;
        return true;
    }

    /** {@return all chunks at once} */
    @Override
    public int combined() {
        return done ? Integer.MAX_VALUE : 0;
    }

    @Override
    public void restart() {
        done = false;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return "its own arithmetic";
    }
}
