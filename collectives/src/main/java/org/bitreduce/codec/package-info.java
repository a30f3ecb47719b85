// SPDX-License-Identifier: Apache-2.0
/** Norms, rounding, random numbers and packing: kernels that know memory and numbers only. */
package org.bitreduce.codec;
