// SPDX-License-Identifier: Apache-2.0
/**
 * A virtual clock that drives the engines of all ranks of a group in one thread, over a modelled network: the same
 * schedules as everywhere else, for more ranks than there are machines.
 */
package org.bitreduce.simulate;
