// SPDX-License-Identifier: Apache-2.0
/** The header in front of every message. */
package org.bitreduce.frame;
