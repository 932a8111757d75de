"""Functions in LLVM's language that programs call: division of wide numbers, exact numbers, the calendar.

They are part of each module that calls them; nothing outside it is needed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache

from pol_lang.problem import Problems
from polc.calendars import is_workday

DIVISION = """
define internal i128 @over(i128 %x, i128 %y) noinline nounwind memory(none) {
entry:
  %small = icmp ult i128 %x, 18446744073709551616
  %also = icmp ult i128 %y, 18446744073709551616
  %both = and i1 %small, %also
  br i1 %both, label %quick, label %long
quick:
  %x64 = trunc i128 %x to i64
  %y64 = trunc i128 %y to i64
  %q64 = udiv i64 %x64, %y64
  %q = zext i64 %q64 to i128
  ret i128 %q
long:
  br label %loop
loop:
  %i = phi i32 [ 127, %long ], [ %less, %loop ]
  %rest = phi i128 [ 0, %long ], [ %rest2, %loop ]
  %quotient = phi i128 [ 0, %long ], [ %quotient2, %loop ]
  %at = zext i32 %i to i128
  %shifted = lshr i128 %x, %at
  %bit = and i128 %shifted, 1
  %twice = shl i128 %rest, 1
  %rest1 = or i128 %twice, %bit
  %goes = icmp uge i128 %rest1, %y
  %without = sub i128 %rest1, %y
  %rest2 = select i1 %goes, i128 %without, i128 %rest1
  %double = shl i128 %quotient, 1
  %one = zext i1 %goes to i128
  %quotient2 = or i128 %double, %one
  %less = sub i32 %i, 1
  %done = icmp eq i32 %i, 0
  br i1 %done, label %end, label %loop
end:
  ret i128 %quotient2
}
"""
"""x ÷ y of numbers that are not negative, y above 0."""

EXACT = """
%exact = type { i64, i64, i1 }
define internal i128 @divisor(i128 %a, i128 %b) noinline nounwind memory(none) {
entry:
  br label %loop
loop:
  %x = phi i128 [ %a, %entry ], [ %y, %step ]
  %y = phi i128 [ %b, %entry ], [ %r, %step ]
  %done = icmp eq i128 %y, 0
  br i1 %done, label %end, label %step
step:
  %q = call i128 @over(i128 %x, i128 %y)
  %t = mul i128 %q, %y
  %r = sub i128 %x, %t
  br label %loop
end:
  ret i128 %x
}
define internal %exact @reduced(i128 %n, i128 %d) noinline nounwind memory(none) {
entry:
  %negative = icmp slt i128 %n, 0
  %minus = sub i128 0, %n
  %size = select i1 %negative, i128 %minus, i128 %n
  %g = call i128 @divisor(i128 %size, i128 %d)
  %n1 = call i128 @over(i128 %size, i128 %g)
  %d1 = call i128 @over(i128 %d, i128 %g)
  %n2 = sub i128 0, %n1
  %n3 = select i1 %negative, i128 %n2, i128 %n1
  %n64 = trunc i128 %n3 to i64
  %d64 = trunc i128 %d1 to i64
  %wide1 = icmp ugt i128 %n1, 4611686018427387904
  %wide2 = icmp ugt i128 %d1, 4611686018427387904
  %wide = or i1 %wide1, %wide2
  %dsafe = select i1 %wide, i64 1, i64 %d64
  %v1 = insertvalue %exact poison, i64 %n64, 0
  %v2 = insertvalue %exact %v1, i64 %dsafe, 1
  %v3 = insertvalue %exact %v2, i1 %wide, 2
  ret %exact %v3
}
define internal %exact @exact_add(i64 %n1, i64 %d1, i64 %n2, i64 %d2) noinline nounwind memory(none) {
entry:
  %a = sext i64 %n1 to i128
  %b = sext i64 %d1 to i128
  %c = sext i64 %n2 to i128
  %d = sext i64 %d2 to i128
  %x = mul i128 %a, %d
  %y = mul i128 %c, %b
  %n = add i128 %x, %y
  %m = mul i128 %b, %d
  %r = call %exact @reduced(i128 %n, i128 %m)
  ret %exact %r
}
define internal %exact @exact_multiply(i64 %n1, i64 %d1, i64 %n2, i64 %d2) noinline nounwind memory(none) {
entry:
  %a = sext i64 %n1 to i128
  %b = sext i64 %d1 to i128
  %c = sext i64 %n2 to i128
  %d = sext i64 %d2 to i128
  %n = mul i128 %a, %c
  %m = mul i128 %b, %d
  %r = call %exact @reduced(i128 %n, i128 %m)
  ret %exact %r
}
define internal %exact @exact_divide(i64 %n1, i64 %d1, i64 %n2, i64 %d2) noinline nounwind memory(none) {
entry:
  %zero = icmp eq i64 %n2, 0
  %by = select i1 %zero, i64 1, i64 %n2
  %negative = icmp slt i64 %by, 0
  %sign = select i1 %negative, i64 -1, i64 1
  %a = sext i64 %n1 to i128
  %b = sext i64 %d1 to i128
  %c = sext i64 %by to i128
  %d = sext i64 %d2 to i128
  %s = sext i64 %sign to i128
  %x = mul i128 %a, %d
  %n = mul i128 %x, %s
  %y = mul i128 %b, %c
  %m = mul i128 %y, %s
  %r = call %exact @reduced(i128 %n, i128 %m)
  %wide = extractvalue %exact %r, 2
  %err = or i1 %wide, %zero
  %v = insertvalue %exact %r, i1 %err, 2
  ret %exact %v
}
"""
"""Exact numbers as numerator and denominator, in lowest terms; the flag says that the result is not to be had."""

CALENDAR = """
%civil = type { i64, i64, i64 }
define internal %civil @civil(i64 %day) noinline nounwind memory(none) {
entry:
  %z = add i64 %day, 305
  %era = udiv i64 %z, 146097
  %eras = mul i64 %era, 146097
  %doe = sub i64 %z, %eras
  %q1 = udiv i64 %doe, 1460
  %q2 = udiv i64 %doe, 36524
  %q3 = udiv i64 %doe, 146096
  %s1 = sub i64 %doe, %q1
  %s2 = add i64 %s1, %q2
  %s3 = sub i64 %s2, %q3
  %yoe = udiv i64 %s3, 365
  %e400 = mul i64 %era, 400
  %y0 = add i64 %yoe, %e400
  %d1 = mul i64 %yoe, 365
  %d2 = udiv i64 %yoe, 4
  %d3 = udiv i64 %yoe, 100
  %d4 = add i64 %d1, %d2
  %d5 = sub i64 %d4, %d3
  %doy = sub i64 %doe, %d5
  %m1 = mul i64 %doy, 5
  %m2 = add i64 %m1, 2
  %mp = udiv i64 %m2, 153
  %f1 = mul i64 %mp, 153
  %f2 = add i64 %f1, 2
  %f3 = udiv i64 %f2, 5
  %f4 = sub i64 %doy, %f3
  %d = add i64 %f4, 1
  %late = icmp uge i64 %mp, 10
  %back = select i1 %late, i64 -9, i64 3
  %m = add i64 %mp, %back
  %next = zext i1 %late to i64
  %y = add i64 %y0, %next
  %v1 = insertvalue %civil poison, i64 %y, 0
  %v2 = insertvalue %civil %v1, i64 %m, 1
  %v3 = insertvalue %civil %v2, i64 %d, 2
  ret %civil %v3
}
define internal i64 @ordinal(i64 %year, i64 %month, i64 %day) noinline nounwind memory(none) {
entry:
  %early = icmp ule i64 %month, 2
  %less = zext i1 %early to i64
  %y = sub i64 %year, %less
  %era = udiv i64 %y, 400
  %e400 = mul i64 %era, 400
  %yoe = sub i64 %y, %e400
  %shift = select i1 %early, i64 9, i64 -3
  %mp = add i64 %month, %shift
  %f1 = mul i64 %mp, 153
  %f2 = add i64 %f1, 2
  %f3 = udiv i64 %f2, 5
  %f4 = add i64 %f3, %day
  %doy = sub i64 %f4, 1
  %g1 = mul i64 %yoe, 365
  %g2 = udiv i64 %yoe, 4
  %g3 = udiv i64 %yoe, 100
  %g4 = add i64 %g1, %g2
  %g5 = sub i64 %g4, %g3
  %doe = add i64 %g5, %doy
  %e1 = mul i64 %era, 146097
  %e2 = add i64 %e1, %doe
  %r = sub i64 %e2, 305
  ret i64 %r
}
define internal i64 @day_month_day(i64 %day) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %m = extractvalue %civil %c, 1
  %d = extractvalue %civil %c, 2
  %h = mul i64 %m, 100
  %r = add i64 %h, %d
  ret i64 %r
}
define internal i64 @day_year(i64 %day) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %r = extractvalue %civil %c, 0
  ret i64 %r
}
define internal i64 @day_month(i64 %day) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %r = extractvalue %civil %c, 1
  ret i64 %r
}
define internal i64 @day_day(i64 %day) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %r = extractvalue %civil %c, 2
  ret i64 %r
}
define internal i64 @day_year_end(i64 %day) noinline nounwind memory(none) {
entry:
  %y = call i64 @day_year(i64 %day)
  %r = call i64 @ordinal(i64 %y, i64 12, i64 31)
  ret i64 %r
}
define internal i64 @day_next_year(i64 %day) noinline nounwind memory(none) {
entry:
  %e = call i64 @day_year_end(i64 %day)
  %r = add i64 %e, 1
  ret i64 %r
}
define internal i64 @day_add_months(i64 %day, i64 %count) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %y = extractvalue %civil %c, 0
  %m = extractvalue %civil %c, 1
  %d = extractvalue %civil %c, 2
  %far = icmp ugt i64 %count, 200000
  %back = icmp slt i64 %count, 0
  %minus = icmp sgt i64 %count, -200000
  %ok = and i1 %back, %minus
  %no = xor i1 %ok, true
  %bad = and i1 %far, %no
  %by = select i1 %bad, i64 0, i64 %count
  %y12 = mul i64 %y, 12
  %t1 = add i64 %y12, %m
  %t2 = add i64 %t1, -1
  %t = add i64 %t2, %by
  %low = icmp slt i64 %t, 12
  %high = icmp sgt i64 %t, 119999
  %o1 = or i1 %low, %high
  %out = or i1 %o1, %bad
  %safe = select i1 %out, i64 12, i64 %t
  %ny = udiv i64 %safe, 12
  %ny12 = mul i64 %ny, 12
  %index = sub i64 %safe, %ny12
  %nm = add i64 %index, 1
  %last12 = icmp eq i64 %nm, 12
  %m2 = add i64 %nm, 1
  %after = select i1 %last12, i64 1, i64 %m2
  %ny1 = add i64 %ny, 1
  %aftery = select i1 %last12, i64 %ny1, i64 %ny
  %first = call i64 @ordinal(i64 %ny, i64 %nm, i64 1)
  %end = call i64 @ordinal(i64 %aftery, i64 %after, i64 1)
  %days = sub i64 %end, %first
  %short = icmp slt i64 %days, %d
  %nd = select i1 %short, i64 %days, i64 %d
  %nd1 = sub i64 %nd, 1
  %r = add i64 %first, %nd1
  %res = select i1 %out, i64 0, i64 %r
  ret i64 %res
}
define internal i64 @day_next_month(i64 %day) noinline nounwind memory(none) {
entry:
  %c = call %civil @civil(i64 %day)
  %d = extractvalue %civil %c, 2
  %back = sub i64 %day, %d
  %first = add i64 %back, 1
  %r = call i64 @day_add_months(i64 %first, i64 1)
  ret i64 %r
}
define internal i64 @day_add_days(i64 %day, i64 %count) noinline nounwind memory(none) {
entry:
  %r = add i64 %day, %count
  %far = icmp ugt i64 %r, 3652059
  %res = select i1 %far, i64 0, i64 %r
  ret i64 %res
}
"""
"""Days as numbers; 0 where there is no such day."""

WORKDAYS = """
@workdays = internal constant [{size} x i8] c"{days}"
define internal i64 @day_add_workdays(i64 %day, i64 %count) noinline nounwind memory(read) {{
entry:
  %back = icmp slt i64 %count, 0
  %step = select i1 %back, i64 -1, i64 1
  %minus = sub i64 0, %count
  %size = select i1 %back, i64 %minus, i64 %count
  br label %loop
loop:
  %at = phi i64 [ %day, %entry ], [ %next, %known ]
  %left = phi i64 [ %size, %entry ], [ %still, %known ]
  %done = icmp sle i64 %left, 0
  br i1 %done, label %end, label %go
go:
  %next = add i64 %at, %step
  %index = sub i64 %next, {first}
  %inside = icmp ult i64 %index, {size}
  br i1 %inside, label %known, label %unknown
known:
  %place = getelementptr inbounds [{size} x i8], ptr @workdays, i64 0, i64 %index
  %flag = load i8, ptr %place
  %one = zext i8 %flag to i64
  %still = sub i64 %left, %one
  br label %loop
end:
  ret i64 %at
unknown:
  ret i64 0
}}
"""


@cache
def _workdays() -> tuple[int, bytes]:
    """The first day of which it is known whether people work, and for each day on from it whether they do."""
    start = datetime.date(2004, 1, 1)
    found = bytearray()
    day = start
    while True:
        try:
            found.append(is_workday(day))
        except Problems:
            return start.toordinal(), bytes(found)
        day += datetime.timedelta(days=1)


def functions(called: Iterable[str]) -> str:
    """The text of the functions that are called, by the names they have there."""
    called, text = set(called), ""
    if any(name.startswith("exact") for name in called):
        called.add("over")
        text += EXACT
    if "over" in called:
        text = DIVISION + text
    if any(name.startswith("day_") for name in called):
        text += CALENDAR
    if "day_add_workdays" in called:
        first, days = _workdays()
        escaped = "".join(f"\\{flag:02X}" for flag in days)
        text += WORKDAYS.format(size=len(days), days=escaped, first=first)
    return text
