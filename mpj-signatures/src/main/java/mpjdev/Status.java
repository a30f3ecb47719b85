// SPDX-License-Identifier: Apache-2.0
package mpjdev;

import java.util.UUID;

/** Signature only. */
public class Status {

    public Status() {
        throw new UnsupportedOperationException("signature only");
    }

    public Status(UUID source, int tag, int index) {
        throw new UnsupportedOperationException("signature only");
    }
}
