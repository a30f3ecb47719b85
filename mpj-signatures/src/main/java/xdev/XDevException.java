// SPDX-License-Identifier: Apache-2.0
package xdev;

/** Signature only. */
public class XDevException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public XDevException(String message) {
        super(message);
    }
}
