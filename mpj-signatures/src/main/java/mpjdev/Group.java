// SPDX-License-Identifier: Apache-2.0
package mpjdev;

/** Signature only. */
public abstract class Group {

    public xdev.ProcessID[] ids;

    public Group() {
        throw new UnsupportedOperationException("signature only");
    }

    public abstract int size();

    public abstract int rank();
}
