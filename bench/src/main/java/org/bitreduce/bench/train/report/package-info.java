// SPDX-License-Identifier: Apache-2.0
/** What a training run leaves behind: numbers for programs, tables for spreadsheets, pictures for people. */
package org.bitreduce.bench.train.report;
