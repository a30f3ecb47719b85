// SPDX-License-Identifier: Apache-2.0
//
// The codec's kernels in C with intrinsics, to compare with: the same bits as the Java ones, for whole blocks of 512
// elements and buckets of 512. Compiled by the benchmark with gcc -O3 -march=native -ffp-contract=off; VECTOR_BITS is
// 256 or 512.
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 512
#define LANES 16
#define ROWS 32

#if VECTOR_BITS == 512
#define WIDE 16
typedef __m512i ints;
typedef __m512 floats;
#define LOAD_I(p) _mm512_loadu_si512(p)
#define LOAD_F(p) _mm512_loadu_ps(p)
#define STORE_I(p, v) _mm512_storeu_si512(p, v)
#define STORE_F(p, v) _mm512_storeu_ps(p, v)
#define ALL_I(n) _mm512_set1_epi32(n)
#define ALL_F(n) _mm512_set1_ps(n)
#define I(op, a, b) _mm512_##op##_epi32(a, b)
#define F(op, a, b) _mm512_##op##_ps(a, b)
#define AND(a, b) _mm512_and_si512(a, b)
#define OR(a, b) _mm512_or_si512(a, b)
#define XOR(a, b) _mm512_xor_si512(a, b)
#define LEFT(v, n) _mm512_sll_epi32(v, _mm_cvtsi32_si128(n))
#define RIGHT(v, n) _mm512_srl_epi32(v, _mm_cvtsi32_si128(n))
#define SIGN(v) _mm512_srai_epi32(v, 31)
#define BITS(v) _mm512_castps_si512(v)
#define FLOATS(v) _mm512_castsi512_ps(v)
#define TO_FLOATS(v) _mm512_cvtepi32_ps(v)
#define TO_INTS(v) _mm512_cvttps_epi32(v)
#define IOTA _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#else
#define WIDE 8
typedef __m256i ints;
typedef __m256 floats;
#define LOAD_I(p) _mm256_loadu_si256((const __m256i *)(p))
#define LOAD_F(p) _mm256_loadu_ps(p)
#define STORE_I(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define STORE_F(p, v) _mm256_storeu_ps(p, v)
#define ALL_I(n) _mm256_set1_epi32(n)
#define ALL_F(n) _mm256_set1_ps(n)
#define I(op, a, b) _mm256_##op##_epi32(a, b)
#define F(op, a, b) _mm256_##op##_ps(a, b)
#define AND(a, b) _mm256_and_si256(a, b)
#define OR(a, b) _mm256_or_si256(a, b)
#define XOR(a, b) _mm256_xor_si256(a, b)
#define LEFT(v, n) _mm256_sll_epi32(v, _mm_cvtsi32_si128(n))
#define RIGHT(v, n) _mm256_srl_epi32(v, _mm_cvtsi32_si128(n))
#define SIGN(v) _mm256_srai_epi32(v, 31)
#define BITS(v) _mm256_castps_si256(v)
#define FLOATS(v) _mm256_castsi256_ps(v)
#define TO_FLOATS(v) _mm256_cvtepi32_ps(v)
#define TO_INTS(v) _mm256_cvttps_epi32(v)
#define IOTA _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)
#endif

// One row of signed levels. NaN is kept by the first minimum, whose operands are in that order for it, becomes INT_MIN
// and then 0.
static inline ints signed_levels(floats x, floats inverse, ints draws, int levels) {
    floats scaled = F(add, F(mul, FLOATS(AND(BITS(x), ALL_I(INT32_MAX))), inverse), ALL_F(0.5f));
    ints fixed = I(max, TO_INTS(F(min, ALL_F((float)(levels << 16)), scaled)), ALL_I(0));
    ints level = RIGHT(I(add, fixed, draws), 16);
    ints sign = SIGN(BITS(x));
    return I(sub, XOR(level, sign), sign);
}

static void quantize_block(const float *x, float inverse, int bits, uint32_t counter, uint64_t key, uint32_t *packed) {
    int levels = (1 << (bits - 1)) - 1;
    for (int lane = 0; lane < LANES; lane += WIDE) {
        uint32_t *out = packed + lane;
        ints word = ALL_I(0);
        int used = 0;
        for (int pair = 0; pair < ROWS / 2; pair++) {
            ints h = XOR(IOTA, ALL_I((int)((counter + pair * LANES + lane) ^ (uint32_t)key)));
            h = I(add, I(mullo, XOR(h, RIGHT(h, 16)), ALL_I(0x7feb352d)), ALL_I((int)(key >> 32)));
            h = I(mullo, XOR(h, RIGHT(h, 15)), ALL_I((int)0x846ca68b));
            ints odd = RIGHT(h, 16);
            ints even = AND(XOR(h, odd), ALL_I(0xffff));
            const float *in = x + 2 * pair * LANES + lane;
            ints first = signed_levels(LOAD_F(in), ALL_F(inverse), even, levels);
            ints second = signed_levels(LOAD_F(in + LANES), ALL_F(inverse), odd, levels);
            ints codes = I(add, I(add, LEFT(second, bits), first), ALL_I(levels << bits | levels));
            word = OR(word, LEFT(codes, used));
            used += 2 * bits;
            if (used >= 32) {
                STORE_I(out, word);
                out += LANES;
                used -= 32;
                word = RIGHT(codes, 2 * bits - used); // a shift by 32 gives 0 here
            }
        }
    }
}

void quantize(const float *x, int64_t count, const float *norms, int bits, uint64_t key, uint32_t *packed) {
    double levels = (1 << (bits - 1)) - 1;
    for (int64_t from = 0; from < count; from += BLOCK) {
        float inverse = (float)(levels * 65536.0 / norms[from / BLOCK]);
        if (!isfinite(inverse)) {
            inverse = 0;
        }
        quantize_block(x + from, inverse, bits, (uint32_t)(from / 2), key, packed + from / 32 * bits);
    }
}

void unpack(const uint32_t *packed, int64_t count, const float *norms, int bits, int add, float *y) {
    int levels = (1 << (bits - 1)) - 1;
    ints keep = ALL_I(add ? -1 : 0);
    for (int64_t from = 0; from < count; from += BLOCK) {
        floats step = ALL_F((float)(norms[from / BLOCK] / (double)levels));
        for (int lane = 0; lane < LANES; lane += WIDE) {
            const uint32_t *words = packed + from / 32 * bits + lane;
            for (int row = 0; row < ROWS; row++) {
                int bit = row * bits, shift = bit % 32;
                const uint32_t *at = words + bit / 32 * LANES;
                ints code = RIGHT(LOAD_I(at), shift);
                if (shift + bits > 32) {
                    code = OR(code, LEFT(LOAD_I(at + LANES), 32 - shift));
                }
                code = I(sub, AND(code, ALL_I((1 << bits) - 1)), ALL_I(levels));
                float *out = y + from + row * LANES + lane;
                floats old = FLOATS(AND(BITS(LOAD_F(out)), keep));
                STORE_F(out, F(add, old, F(mul, TO_FLOATS(code), step)));
            }
        }
    }
}

// The greatest magnitude of each bucket, and its sum of squares in 16 lanes, which the result depends on so that the
// work is the same as that of the Java kernel. Finite elements only.
double norms(const float *x, int64_t count, float *norms) {
    double squares = 0;
    for (int64_t from = 0; from < count; from += BLOCK) {
        ints max[LANES / WIDE];
        floats sum[LANES / WIDE];
        for (int g = 0; g < LANES / WIDE; g++) {
            max[g] = ALL_I(0);
            sum[g] = ALL_F(0);
        }
        for (int row = 0; row < ROWS; row++) {
            for (int g = 0; g < LANES / WIDE; g++) {
                floats v = LOAD_F(x + from + row * LANES + g * WIDE);
                max[g] = I(max, max[g], AND(BITS(v), ALL_I(INT32_MAX)));
                sum[g] = F(add, sum[g], F(mul, v, v));
            }
        }
        int32_t m[LANES], greatest = 0;
        float s[LANES];
        for (int g = 0; g < LANES / WIDE; g++) {
            STORE_I(m + g * WIDE, max[g]);
            STORE_F(s + g * WIDE, sum[g]);
        }
        for (int lane = 0; lane < LANES; lane++) {
            greatest = m[lane] > greatest ? m[lane] : greatest;
        }
        for (int step = LANES / 2; step > 0; step /= 2) {
            for (int lane = 0; lane < step; lane++) {
                s[lane] += s[lane + step];
            }
        }
        memcpy(norms + from / BLOCK, &greatest, sizeof greatest);
        squares += s[0];
    }
    return squares;
}
