// SPDX-License-Identifier: Apache-2.0
package mpjdev;

/** Signature only. */
public class MPJDev {

    public static xdev.Device dev;

    public MPJDev() {
        throw new UnsupportedOperationException("signature only");
    }
}
