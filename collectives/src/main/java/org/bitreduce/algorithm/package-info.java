// SPDX-License-Identifier: Apache-2.0
/**
 * The agreement round and the collectives, as schedules of post, wait and compute steps. Schedules know when bytes move,
 * arithmetics know what they mean; both know only {@link
 * org.bitreduce.transport.Transport} and memory.
 */
package org.bitreduce.algorithm;
