// SPDX-License-Identifier: Apache-2.0
package mpjbuf;

/** Signature only. */
public class Type {

    public static final Type BYTE = null;

    Type() {
        throw new UnsupportedOperationException("signature only");
    }

    public int getCode() {
        throw new UnsupportedOperationException("signature only");
    }
}
