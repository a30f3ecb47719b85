// SPDX-License-Identifier: Apache-2.0
/**
 * One group of ranks on several hosts: those of the same host talk through shared memory, the others by TCP. Joining finds
 * out who shares a host.
 */
package org.bitreduce.transport.hosts;
