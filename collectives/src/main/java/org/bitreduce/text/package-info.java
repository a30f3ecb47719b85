// SPDX-License-Identifier: Apache-2.0
/** Names as people write them. */
package org.bitreduce.text;
