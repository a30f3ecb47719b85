// SPDX-License-Identifier: Apache-2.0
/** {@code tune}: measures which schedules are fastest here, and writes the table that later runs read. */
package org.bitreduce.bench.tune;
