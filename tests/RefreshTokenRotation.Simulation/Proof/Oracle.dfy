// The functions of Rotation.dfy with numbers for everything, for the tests that compare them with ExchangeDecision.cs and Transition.cs.
// A time or a number below zero stands for none.
include "Rotation.dfy"

module Oracle {
  import opened Rotation

  function Maybe(value: int): Option<int> { if value < 0 then None else Some(value) }

  function MaybeNat(value: int): Option<nat> { if value < 0 then None else Some(value) }

  function Natural(value: int): nat { if value < 0 then 0 else value }

  function Number(value: Option<int>): int { if value.None? then -1 else value.value }

  function KindOf(reusable: bool): Kind { if reusable then NonRotating else Rotating }

  // Secrets are not known here: the tokens of a family are those that lead to the current one, and any other.
  function RowOf(
    reusable: bool, bound: bool, generation: int, hasSalt: bool, rotatedAt: int, leewayUntil: int, recoverUntil: int, absolute: int, idle: int,
    revoked: bool): Row
  {
    Row(1, KindOf(reusable), bound, Natural(generation), if hasSalt then Derived(Random(0), 1) else Random(1), if hasSalt then Some(1) else None,
        Maybe(rotatedAt), Maybe(leewayUntil), Maybe(recoverUntil), Maybe(absolute), Maybe(idle), revoked, None)
  }

  function NoEntries(): seq<Entry> { [] }

  function WithEntry(entries: seq<Entry>, at: int, until: int): seq<Entry> { entries + [Entry(|entries| + 10, at, until)] }

  function WithTrail(row: Row, asOf: int, floor: int, entries: seq<Entry>): Row {
    row.(trail := Some(Trail(Natural(asOf), Natural(floor), entries)),
         current := if row.salt.Some? then Derived(Walk(Random(0), entries), row.salt.value) else row.current)
  }

  function PolicyOf(reusable: bool, leeway: int, recovery: int, shadow: bool, absolute: int, idle: int, generations: int): Policy {
    Policy(KindOf(reusable), Natural(leeway), Natural(recovery), shadow, MaybeNat(absolute), MaybeNat(idle), Natural(generations))
  }

  function RequestOf(sameTenant: bool, sameClient: bool, provesKey: bool, allowed: bool): Request {
    Request(sameTenant, sameClient, provesKey, allowed)
  }

  // The token that so many transitions lead from to the current one; another one if there is none.
  function SecretOf(row: Row, steps: int): Secret {
    if steps == 0 then row.current
    else if HasTrail(row) && 1 <= steps <= |Transitions(row)| then Walk(Random(0), Transitions(row)[..|Transitions(row)| - steps])
    else if steps == 1 && row.salt.Some? && row.current.Derived? then row.current.parent
    else Random(2)
  }

  function ActionOf(found: bool, row: Row, steps: int, claimed: int, request: Request, policy: Policy, now: int): int {
    var standing := StandingOf(row, SecretOf(row, steps), Natural(claimed), policy);
    var action := Decide(if found then Some(row) else None, standing, request, policy, now);
    match action
    case RejectUnknown => 2
    case RejectClientMismatch => 3
    case RejectSenderMismatch => 4
    case RejectRevoked => 5
    case RejectExpired => 6
    case RejectScopeOrTarget => 7
    case Rotate => 8
    case Use => 9
    case ConvertToRotating => 10
    case ConvertToNonRotating => 11
    case Reissue => 12
    case Recover => 13
    case DetectReuse => 14
    case RejectTampered => 15
  }

  // The row that actions 8 to 11 and 13 write: kind, generation, salt, rotated-at, leeway-until, recover-until, absolute, idle, trail.
  function NextOf(row: Row, action: int, policy: Policy, now: int): seq<int> {
    var taken := if action == 10 then ConvertToRotating else if action == 11 then ConvertToNonRotating else if action == 13 then Recover else Rotate;
    var next := if action == 9 then Used(row, policy, now) else Successor(row, taken, policy, SecretOf(row, if action == 13 then 1 else 0), 3, now);
    [if next.kind == NonRotating then 1 else 0, next.generation, if next.salt.Some? then 1 else 0, Number(next.rotatedAt), Number(next.leewayUntil),
     Number(next.recoverUntil), Number(next.absolute), Number(next.idle)]
    + (if next.trail.None? then [-1] else [next.trail.value.asOf, next.trail.value.floor] + Times(next.trail.value.entries))
  }

  function Times(entries: seq<Entry>): seq<int> {
    if entries == [] then [] else [entries[0].at, entries[0].until] + Times(entries[1..])
  }
}
