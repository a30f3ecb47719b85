// SPDX-License-Identifier: Apache-2.0
package xdev;

import java.util.UUID;

/** Signature only. */
public class ProcessID {

    public ProcessID(UUID uuid) {
        throw new UnsupportedOperationException("signature only");
    }

    public UUID uuid() {
        throw new UnsupportedOperationException("signature only");
    }
}
