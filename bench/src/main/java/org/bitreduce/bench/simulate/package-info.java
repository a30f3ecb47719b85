// SPDX-License-Identifier: Apache-2.0
/** {@code simulate}: what collectives would take on a network that is not here. */
package org.bitreduce.bench.simulate;
