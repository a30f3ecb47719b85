// SPDX-License-Identifier: Apache-2.0
/** How a rank learns which rank of which group it is. */
package org.bitreduce.join;
