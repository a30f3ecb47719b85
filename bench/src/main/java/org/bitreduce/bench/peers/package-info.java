// SPDX-License-Identifier: Apache-2.0
/**
 * Other libraries and tools to measure against: found where they are installed, else Debian's packages unpacked without
 * root; and the project's own C program compiled against them.
 */
package org.bitreduce.bench.peers;
