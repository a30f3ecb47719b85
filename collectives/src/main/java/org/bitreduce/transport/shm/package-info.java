// SPDX-License-Identifier: Apache-2.0
/**
 * The transport between ranks of one host: messages stay where their sender wrote them, a 64-byte descriptor in a ring
 * tells the receiver where, and a word per receiver tells the sender that its memory is free again.
 */
package org.bitreduce.transport.shm;
