// SPDX-License-Identifier: Apache-2.0
/** Starting a program as the ranks of a job, watching over them, and ending all of them when one fails. */
package org.bitreduce.launch;
