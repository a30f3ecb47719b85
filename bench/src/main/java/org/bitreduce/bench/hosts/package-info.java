// SPDX-License-Identifier: Apache-2.0
/** Several hosts on one machine: network namespaces, joined by links of a given speed. Needs root and Linux. */
package org.bitreduce.bench.hosts;
