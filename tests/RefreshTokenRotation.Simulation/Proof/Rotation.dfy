// The decision and the row that it writes, as functions, and what is proved of them for any number of rotations.
// The names and the numbers of the actions are those of ExchangeDecision.cs; the tests compile this file and compare the two.
module Rotation {
  datatype Option<+T> = None | Some(value: T)

  // Cryptography is symbolic: a hash is the secret itself, HMAC is a constructor, and every random value is new.
  datatype Secret = Random(nonce: nat) | Derived(parent: Secret, nonce: nat)

  datatype Kind = Rotating | NonRotating

  // How many transitions ago the token was presented: 0 is the current one, 1 the previous one, more only with a trail.
  datatype Standing = Back(steps: nat) | Superseded

  // A transition that earlier tokens may still be walked over: its salt, when it was written, when its leeway ends.
  datatype Entry = Entry(salt: nat, at: int, until: int)
  datatype Trail = Trail(asOf: nat, floor: nat, entries: seq<Entry>)

  datatype Row = Row(
    version: nat, kind: Kind, bound: bool, generation: nat, current: Secret, salt: Option<nat>, rotatedAt: Option<int>,
    leewayUntil: Option<int>, recoverUntil: Option<int>, absolute: Option<int>, idle: Option<int>, revoked: bool, trail: Option<Trail>)

  datatype Policy = Policy(
    kind: Kind, leeway: nat, recovery: nat, shadow: bool, absolute: Option<nat>, idle: Option<nat>, generations: nat)

  datatype Request = Request(sameTenant: bool, sameClient: bool, provesKey: bool, allowed: bool)

  datatype Action =
    RejectUnknown | RejectClientMismatch | RejectSenderMismatch | RejectRevoked | RejectExpired | RejectScopeOrTarget
    | Rotate | Use | ConvertToRotating | ConvertToNonRotating | Reissue | Recover | DetectReuse | RejectTampered

  // Times are ticks of 100 ns since the year 1.
  const Minute := 600_000_000
  const Day := 864_000_000_000
  const EndOfTime := 3_155_378_975_999_999_999
  const LastGeneration := 4_294_967_295

  predicate Succeeds(action: Action) { IssuesSuccessor(action) || action == Use || action == Reissue }

  predicate IssuesSuccessor(action: Action) {
    action == Rotate || action == ConvertToRotating || action == ConvertToNonRotating || action == Recover
  }

  function After(now: int, time: nat): int { if now + time > EndOfTime then EndOfTime else now + time }

  // Time since a write. A write in the future counts as now, down to a minute; further, every window is over.
  function Elapsed(at: int, now: int): Option<nat> {
    if now >= at then Some(now - at) else if now - at >= -Minute then Some(0) else None
  }

  predicate IsInside(at: int, until: int, time: nat, now: int) {
    now < until && Elapsed(at, now).Some? && Elapsed(at, now).value < time
  }

  predicate InsideLeeway(row: Row, policy: Policy, now: int) {
    row.rotatedAt.Some? && row.leewayUntil.Some? && IsInside(row.rotatedAt.value, row.leewayUntil.value, policy.leeway, now)
  }

  predicate InsideRecovery(row: Row, policy: Policy, now: int) {
    row.rotatedAt.Some? && row.recoverUntil.Some? && IsInside(row.rotatedAt.value, row.recoverUntil.value, RecoveryWindow(row, policy), now)
  }

  function RecoveryWindow(row: Row, policy: Policy): nat {
    if policy.leeway == 0 then 0 else if policy.recovery == 0 && row.bound then Day else policy.recovery
  }

  predicate Expired(row: Row, now: int) {
    (row.absolute.Some? && now >= row.absolute.value) || (row.idle.Some? && now >= row.idle.value)
  }

  // The trail and the last transition, where they belong together.
  predicate HasTrail(row: Row) {
    && row.trail.Some? && row.salt.Some? && row.rotatedAt.Some? && row.leewayUntil.Some?
    && row.trail.value.asOf == row.generation
    && row.trail.value.floor + |row.trail.value.entries| + 1 == row.generation
  }

  // Every transition of the trail, from its floor to the current token.
  function Transitions(row: Row): seq<Entry>
    requires HasTrail(row)
  {
    row.trail.value.entries + [Entry(row.salt.value, row.rotatedAt.value, row.leewayUntil.value)]
  }

  function Walk(secret: Secret, over: seq<Entry>): Secret
    decreases |over|
  {
    if over == [] then secret else Walk(Derived(secret, over[0].salt), over[1..])
  }

  function StandingOf(row: Row, secret: Secret, claimed: nat, policy: Policy): Standing {
    if secret == row.current then Back(0)
    else if row.salt.Some? && Derived(secret, row.salt.value) == row.current then Back(1)
    else if !row.revoked && HasTrail(row) && policy.generations > 1 then
      var from := if claimed < row.trail.value.floor then row.trail.value.floor else claimed;
      if from + 2 <= row.generation <= from + policy.generations
         && Walk(secret, Transitions(row)[from - row.trail.value.floor..]) == row.current
      then Back(row.generation - from) else Superseded
    else Superseded
  }

  // Row 12 of the table, for the previous token and for earlier ones: each by the window of the transition that replaced it.
  predicate MayReissue(row: Row, steps: nat, policy: Policy, now: int) {
    if steps <= 1 then steps == 1 && InsideLeeway(row, policy, now)
    else HasTrail(row) && steps <= |Transitions(row)| && steps <= policy.generations
         && var own := Transitions(row)[|Transitions(row)| - steps]; IsInside(own.at, own.until, policy.leeway, now)
  }

  function Decide(found: Option<Row>, standing: Standing, request: Request, policy: Policy, now: int): Action {
    if found.None? || !request.sameTenant then RejectUnknown
    else if !request.sameClient then RejectClientMismatch
    else if found.value.bound && !request.provesKey then RejectSenderMismatch
    else if found.value.revoked then RejectRevoked
    else if Expired(found.value, now) then RejectExpired
    else
      var row := found.value;
      var action := Judge(row, standing, policy, now);
      if !Succeeds(action) then action
      else if IssuesSuccessor(action) && row.generation >= LastGeneration then RejectExpired
      else if !request.allowed then RejectScopeOrTarget
      else action
  }

  function Judge(row: Row, standing: Standing, policy: Policy, now: int): Action {
    if standing == Back(0) then
      if row.kind == Rotating then (if policy.kind == Rotating then Rotate else ConvertToNonRotating)
      else (if policy.kind == Rotating then ConvertToRotating else Use)
    else if standing.Back? && MayReissue(row, standing.steps, policy, now) then Reissue
    else if standing == Back(1) && InsideRecovery(row, policy, now) && !policy.shadow then Recover
    else if row.kind == Rotating || row.generation > 0 then DetectReuse
    else RejectTampered
  }

  function Lifetime(fixed: Option<int>, time: Option<nat>, now: int): Option<int> {
    if fixed.Some? then fixed else if time.Some? then Some(After(now, time.value)) else None
  }

  function Earlier(left: Option<int>, right: Option<int>): Option<int> {
    if left.None? then right else if right.None? || left.value <= right.value then left else right
  }

  function WithLifetimes(row: Row, policy: Policy, now: int): Row {
    var absolute := Lifetime(row.absolute, policy.absolute, now);
    row.(absolute := absolute, idle := if policy.idle.None? then None else Earlier(Lifetime(None, policy.idle, now), absolute))
  }

  // What is left of the transitions at a write: those after the newest that is over or too far back.
  function Kept(entries: seq<Entry>, floor: nat, generation: nat, policy: Policy, now: int): seq<Entry>
    decreases |entries|
  {
    if entries == [] then []
    else
      var last := entries[|entries| - 1];
      if floor + |entries| + policy.generations < generation + 2 || !IsInside(last.at, last.until, policy.leeway, now) then []
      else Kept(entries[..|entries| - 1], floor, generation, policy, now) + [last]
  }

  function NextTrail(row: Row, action: Action, policy: Policy, now: int): Option<Trail> {
    if policy.leeway == 0 || policy.generations <= 1 then None
    else if action == Recover || !HasTrail(row) then Some(Trail(row.generation + 1, row.generation, []))
    else
      var kept := Kept(Transitions(row), row.trail.value.floor, row.generation, policy, now);
      KeptIsATail(Transitions(row), row.trail.value.floor, row.generation, policy, now);
      Some(Trail(row.generation + 1, row.generation - |kept|, kept))
  }

  function Successor(row: Row, action: Action, policy: Policy, presented: Secret, nonce: nat, now: int): Row {
    WithLifetimes(row, policy, now).(
      version := row.version + 1,
      kind := if action == ConvertToRotating then Rotating else if action == ConvertToNonRotating then NonRotating else row.kind,
      generation := row.generation + 1,
      current := if policy.leeway > 0 then Derived(presented, nonce) else Random(nonce),
      salt := if policy.leeway > 0 then Some(nonce) else None,
      rotatedAt := Some(now),
      leewayUntil := if policy.leeway > 0 then Some(After(now, policy.leeway)) else None,
      recoverUntil := if action == Recover || RecoveryWindow(row, policy) == 0 then None else Some(After(now, RecoveryWindow(row, policy))),
      trail := NextTrail(row, action, policy, now))
  }

  // Row 9. The version stands for itself: a use that changes nothing is not written.
  function Used(row: Row, policy: Policy, now: int): Row {
    var expires := row.absolute.Some? || row.idle.Some? || policy.absolute.Some? || policy.idle.Some?;
    (if expires then WithLifetimes(row, policy, now) else row).(version := row.version + 1, recoverUntil := None)
  }

  function Revoked(row: Row): Row { row.(version := row.version + 1, revoked := true, salt := None, trail := None) }

  lemma KeptIsATail(entries: seq<Entry>, floor: nat, generation: nat, policy: Policy, now: int)
    ensures var kept := Kept(entries, floor, generation, policy, now);
            |kept| <= |entries| && kept == entries[|entries| - |kept|..]
  {
    if entries != [] {
      KeptIsATail(entries[..|entries| - 1], floor, generation, policy, now);
    }
  }
}
