// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

/**
 * What one rank has sent and received so far, in messages and in bytes with all headers of ours. Goes on counting while it
 * is looked at. Confined like its transport.
 */
public interface Traffic {

    /** {@return messages sent; a publication counts once per peer} */
    long sentMessages();

    /** {@return bytes sent} */
    long sentBytes();

    /** {@return messages received} */
    long receivedMessages();

    /** {@return bytes received} */
    long receivedBytes();
}
