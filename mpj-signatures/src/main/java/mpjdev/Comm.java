// SPDX-License-Identifier: Apache-2.0
package mpjdev;

/** Signature only. */
public abstract class Comm {

    public int sendctxt;

    public Group group;

    public Comm() {
        throw new UnsupportedOperationException("signature only");
    }

    public abstract Comm create(Group group) throws MPJDevException;
}
