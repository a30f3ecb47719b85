// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** What the bytes of both halves of an all-reduce mean: a reduction whose results all ranks gather. */
interface AllReduceArithmetic extends ReduceArithmetic, GatherArithmetic {}
