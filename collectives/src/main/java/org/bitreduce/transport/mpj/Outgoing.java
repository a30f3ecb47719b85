// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

/**
 * One message on its way to one destination.
 *
 * @param request told when the message has left
 * @param buffer what is sent
 * @param length bytes of it
 * @param tag what the receiver waits for
 * @param wireTag the same for MPJ
 * @param stream a number of the sender's for the fragments after the first
 */
record Outgoing(MpjRequest request, MpjBuffer buffer, int length, long tag, long wireTag, int stream) {}
