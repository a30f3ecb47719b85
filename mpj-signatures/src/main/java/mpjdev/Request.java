// SPDX-License-Identifier: Apache-2.0
package mpjdev;

/** Signature only. */
public abstract class Request {

    public Request() {
        throw new UnsupportedOperationException("signature only");
    }

    public abstract Status iwait();

    public abstract Status itest();
}
