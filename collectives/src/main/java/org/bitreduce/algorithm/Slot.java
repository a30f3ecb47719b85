// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;

/**
 * A buffer and the request it is posted with, used again and again.
 *
 * @param buffer where a message is written or lands; null for receives that are read in place
 * @param request its request
 */
record Slot(MessageBuffer buffer, Request request) {}
