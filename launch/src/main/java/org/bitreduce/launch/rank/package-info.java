// SPDX-License-Identifier: Apache-2.0
/** What runs inside every rank around the user's main: its output, its end, and its tie to the launcher. */
package org.bitreduce.launch.rank;
