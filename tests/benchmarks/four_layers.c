/* `four_layers.pol` as somebody would write it by hand in C: columns in, columns out, a person's claims one after the
   other. `simple` says it with branches, `tables` without; the benchmark takes whichever is faster. Amounts are fen,
   rates hundredths. */
#include <stdint.h>
typedef int64_t i64;
#define COLUMN(type) const type *restrict
#define ARGUMENTS i64 n, COLUMN(int32_t) person, COLUMN(int32_t) year, COLUMN(uint8_t) level, COLUMN(uint8_t) class, \
  COLUMN(uint8_t) referred, COLUMN(uint8_t) inside, COLUMN(i64) total, COLUMN(i64) inscope, \
  i64 *restrict basic, i64 *restrict serious, i64 *restrict assistance, i64 *restrict tilted, i64 *restrict left

static inline i64 min(i64 a, i64 b) { return a < b ? a : b; }
static inline i64 max(i64 a, i64 b) { return a > b ? a : b; }
static inline i64 hundredths(i64 x) { return (x + 50) / 100; }

/* level: 1 to 3; class: 0 none, 1 destitute, 2 low income, 3 near low income */
static const i64 DEDUCTIBLE[4] = {0, 20000, 50000, 100000}, RATE[4] = {0, 85, 75, 65};
static const i64 ASSISTED[4] = {0, 100, 70, 60}, FROM[4] = {0, 1000000, 1000000, 2000000};
static const i64 UP_TO[4] = {0, 3000000, 3000000, 2000000};
#define NONE ((i64)1 << 60)
static const i64 SERIOUS_CAP[4] = {30000000, NONE, NONE, 30000000};

void simple(ARGUMENTS) {
  i64 used1 = 0, cost2 = 0, used2 = 0, used3 = 0, cost4 = 0, used4 = 0;
  for (i64 i = 0; i < n; i++) {
    if (i == 0 || person[i] != person[i - 1] || year[i] != year[i - 1]) used1 = cost2 = used2 = used3 = cost4 = used4 = 0;
    int c = class[i], l = level[i];
    i64 rest = total[i], cost = inscope[i];
    i64 p1 = hundredths((cost - min(cost, DEDUCTIBLE[l])) * RATE[l]);
    p1 = min(min(p1, 25000000 - used1), rest);
    used1 += p1; rest -= p1;
    i64 base = cost - p1, more = (c == 1 || c == 2) && referred[i] ? 5 : 0, from = more ? 350000 : 700000;
    i64 lo = max(0, cost2 - from), hi = max(0, cost2 + base - from), p2 = 0;
    cost2 += base;
    if (hi > lo) {
      i64 x = (hi - lo) * (60 + more);
      if (hi > 6000000) x += (hi - max(lo, 6000000)) * 5;
      if (hi > 12000000) x += (hi - max(lo, 12000000)) * 10;
      p2 = hundredths(x);
      if (c == 0 || c == 3) p2 = min(p2, max(0, 30000000 - used2));
      p2 = min(p2, rest);
      used2 += p2; rest -= p2;
    }
    base -= p2;
    i64 p3 = 0, p4 = 0;
    if (c) {
      p3 = min(min(hundredths(base * ASSISTED[c]), 3000000 - used3), rest);
      used3 += p3; rest -= p3;
    }
    base -= p3;
    i64 before = cost4;
    cost4 += base;
    if (c && referred[i] && inside[i]) {
      p4 = hundredths((max(0, cost4 - FROM[c]) - max(0, before - FROM[c])) * 50);
      p4 = min(min(p4, max(0, UP_TO[c] - used4)), rest);
      used4 += p4; rest -= p4;
    }
    basic[i] = p1; serious[i] = p2; assistance[i] = p3; tilted[i] = p4; left[i] = rest;
  }
}

void tables(ARGUMENTS) {
  i64 used1 = 0, cost2 = 0, used2 = 0, used3 = 0, cost4 = 0, used4 = 0;
  int32_t last = -1, then = 0;
  for (i64 i = 0; i < n; i++) {
    i64 keep = -(i64)((person[i] == last) & (year[i] == then));
    last = person[i]; then = year[i];
    used1 &= keep; cost2 &= keep; used2 &= keep; used3 &= keep; cost4 &= keep; used4 &= keep;
    unsigned c = class[i], l = level[i], r = referred[i];
    i64 cost = inscope[i];
    i64 p1 = min(hundredths(max(0, cost - DEDUCTIBLE[l]) * RATE[l]), 25000000 - used1);
    used1 += p1;
    i64 tilt = (c - 1 < 2) & r, from = 700000 >> tilt, base = cost - p1;
    i64 lo = max(0, cost2 - from), hi = max(0, cost2 + base - from);
    cost2 += base;
    i64 second = max(hi, 6000000) - max(lo, 6000000), third = max(hi, 12000000) - max(lo, 12000000);
    i64 p2 = hundredths((hi - lo) * (60 + 5 * tilt) + second * 5 + third * 10);
    p2 = min(p2, max(0, SERIOUS_CAP[c] - used2));
    used2 += p2; base -= p2;
    i64 p3 = min(hundredths(base * ASSISTED[c]), 3000000 - used3);
    used3 += p3; base -= p3;
    i64 before = cost4, on = -(i64)((c != 0) & r & inside[i]);
    cost4 += base;
    i64 p4 = (max(0, cost4 - FROM[c]) - max(0, before - FROM[c]) + 1) >> 1;
    p4 = min(p4, max(0, UP_TO[c] - used4)) & on;
    used4 += p4;
    basic[i] = p1; serious[i] = p2; assistance[i] = p3; tilted[i] = p4; left[i] = total[i] - p1 - p2 - p3 - p4;
  }
}
