// SPDX-License-Identifier: Apache-2.0
package mpjdev;

/** Signature only. */
public class MPJDevException extends xdev.XDevException {

    private static final long serialVersionUID = 1L;

    public MPJDevException(String message) {
        super(message);
    }
}
