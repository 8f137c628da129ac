// One family under any sequence of calls, and what holds of it for ever. Verified by `dafny verify Proof.dfy`, without an assumption.
include "Rotation.dfy"

module Proof {
  import opened Rotation

  datatype Answer = Answer(generation: nat, token: Secret)

  // issued: the current token of each generation. presented: what each rotation was presented with. past: every row that was stored.
  datatype State = State(row: Row, issued: seq<Secret>, presented: seq<Secret>, past: seq<Row>, nonce: nat, answers: seq<Answer>)

  // What may happen, in any order. A call reads a row, which may be old by then, decides, and writes by compare-and-swap on the version.
  // A read that returns nothing, a failed write and a crash change nothing here and need no event.
  datatype Event =
    | Exchange(read: nat, token: Secret, claimed: nat, request: Request, policy: Policy, decidedAt: int, writtenAt: int)
    | SeesOwnWrite(token: Secret)
    | ConfirmUse(read: nat)
    | Shorten(read: nat, absolute: Option<int>, idle: Option<int>)
    | Revoke

  function Login(kind: Kind, bound: bool, absolute: Option<int>, idle: Option<int>): State {
    var row := Row(1, kind, bound, 0, Random(0), None, None, None, None, absolute, idle, false, None);
    State(row, [Random(0)], [], [row], 1, [])
  }

  function Written(s: State, row: Row): State { s.(row := row, past := s.past + [row]) }

  function Apply(s: State, e: Event): State {
    match e
    case Exchange(read, token, claimed, request, policy, decidedAt, writtenAt) =>
      if read < |s.past| then ApplyExchange(s, s.past[read], token, claimed, request, policy, decidedAt, writtenAt) else s
    case SeesOwnWrite(token) =>
      if s.row.current == token && !s.row.revoked then Told(s) else s
    case ConfirmUse(read) =>
      if read < |s.past| && s.past[read].version == s.row.version && !s.past[read].revoked
      then Written(s, s.past[read].(version := s.past[read].version + 1, recoverUntil := None)) else s
    case Shorten(read, absolute, idle) =>
      if read < |s.past| && s.past[read].version == s.row.version
      then Written(s, s.past[read].(
        version := s.past[read].version + 1, absolute := Earlier(s.past[read].absolute, absolute), idle := Earlier(s.past[read].idle, idle)))
      else s
    case Revoke => if s.row.revoked then s else Written(s, Revoked(s.row))
  }

  function Told(s: State): State { s.(answers := s.answers + [Answer(s.row.generation, s.row.current)]) }

  // An answer without a write takes effect at the read, so it is given only for the row as it is; an older row answers for an older moment.
  function ApplyExchange(
    s: State, row: Row, token: Secret, claimed: nat, request: Request, policy: Policy, decidedAt: int, writtenAt: int): State
  {
    var standing := StandingOf(row, token, claimed, policy);
    var action := Decide(Some(row), standing, request, policy, decidedAt);
    var swaps := row.version == s.row.version;
    if IssuesSuccessor(action) then
      if swaps then
        var next := Successor(row, action, policy, token, s.nonce, writtenAt);
        Told(Written(s, next).(issued := s.issued + [next.current], presented := s.presented + [token], nonce := s.nonce + 1))
      else s
    else if action == Use then
      if swaps then Told(Written(s, Used(row, policy, writtenAt))) else s
    else if action == Reissue then s.(answers := s.answers + [Answer(row.generation, row.current)])
    else if action == DetectReuse && !policy.shadow && swaps then Written(s, Revoked(row))
    else s
  }

  function Run(s: State, events: seq<Event>): State
    decreases |events|
  {
    if events == [] then s else Apply(Run(s, events[..|events| - 1]), events[|events| - 1])
  }

  // ---- What always holds ----

  ghost predicate FitsTrail(row: Row, issued: seq<Secret>, presented: seq<Secret>)
    requires |presented| == row.generation && |issued| == row.generation + 1
  {
    HasTrail(row) ==>
      var floor := row.trail.value.floor;
      forall j :: 0 <= j < |Transitions(row)| ==>
        && issued[floor + j + 1] == Derived(presented[floor + j], Transitions(row)[j].salt)
        && (j > 0 ==> presented[floor + j] == issued[floor + j])
  }

  // A row that was stored, with the history up to it.
  ghost predicate Fits(row: Row, issued: seq<Secret>, presented: seq<Secret>) {
    && |issued| == row.generation + 1
    && |presented| == row.generation
    && issued[row.generation] == row.current
    && (row.salt.Some? ==> row.generation > 0 && row.current == Derived(presented[row.generation - 1], row.salt.value))
    && (row.leewayUntil.Some? ==> row.rotatedAt.Some?)
    && FitsTrail(row, issued, presented)
  }

  ghost predicate Inv(s: State) {
    && Fits(s.row, s.issued, s.presented)
    && (forall i, j :: 0 <= i < j < |s.issued| ==> s.issued[i].nonce < s.issued[j].nonce)
    && (forall i :: 0 <= i < |s.issued| ==> s.issued[i].nonce < s.nonce)
    && |s.past| > 0 && s.past[|s.past| - 1] == s.row
    && (forall i, j :: 0 <= i < j < |s.past| ==> s.past[i].version < s.past[j].version)
    && (forall i :: 0 <= i < |s.past| ==>
          && s.past[i].generation <= s.row.generation
          && Fits(s.past[i], s.issued[..s.past[i].generation + 1], s.presented[..s.past[i].generation]))
    && (forall i :: 0 <= i < |s.answers| ==> s.answers[i].generation < |s.issued| && s.answers[i].token == s.issued[s.answers[i].generation])
  }

  lemma SwapMeansSame(s: State, read: nat)
    requires Inv(s) && read < |s.past| && s.past[read].version == s.row.version
    ensures s.past[read] == s.row
  {
  }

  lemma LoginKeeps(kind: Kind, bound: bool, absolute: Option<int>, idle: Option<int>)
    ensures Inv(Login(kind, bound, absolute, idle))
  {
  }

  lemma WriteKeeps(s: State, next: Row)
    requires Inv(s)
    requires next.version > s.row.version && next.generation == s.row.generation && next.current == s.row.current
    requires Fits(next, s.issued, s.presented)
    ensures Inv(Written(s, next))
  {
    assert s.issued[..|s.issued|] == s.issued && s.presented[..|s.presented|] == s.presented;
  }

  lemma OtherFieldsFit(row: Row, next: Row, issued: seq<Secret>, presented: seq<Secret>)
    requires Fits(row, issued, presented)
    requires next.generation == row.generation && next.current == row.current && next.salt == row.salt && next.trail == row.trail
    requires next.rotatedAt == row.rotatedAt && next.leewayUntil == row.leewayUntil
    ensures Fits(next, issued, presented)
  {
    if HasTrail(next) {
      assert Transitions(next) == Transitions(row);
    }
  }

  lemma SuccessorFits(row: Row, action: Action, policy: Policy, token: Secret, claimed: nat, request: Request, nonce: nat, decidedAt: int, now: int,
                      issued: seq<Secret>, presented: seq<Secret>)
    requires Fits(row, issued, presented)
    requires action == Decide(Some(row), StandingOf(row, token, claimed, policy), request, policy, decidedAt) && IssuesSuccessor(action)
    ensures var next := Successor(row, action, policy, token, nonce, now); Fits(next, issued + [next.current], presented + [token])
  {
    var next := Successor(row, action, policy, token, nonce, now);
    var issuedNow := issued + [next.current];
    var presentedNow := presented + [token];
    if HasTrail(next) {
      var floor := next.trail.value.floor;
      var after := Transitions(next);
      if action == Recover || !HasTrail(row) {
        assert next.trail.value.entries == [];
        assert after == [Entry(nonce, now, next.leewayUntil.value)];
      } else {
        var before := Transitions(row);
        var kept := Kept(before, row.trail.value.floor, row.generation, policy, now);
        KeptIsATail(before, row.trail.value.floor, row.generation, policy, now);
        assert next.trail.value.entries == kept;
        assert |before| == row.generation - row.trail.value.floor;
        assert StandingOf(row, token, claimed, policy) == Back(0);
        assert token == issued[row.generation];
        forall j | 0 <= j < |after|
          ensures issuedNow[floor + j + 1] == Derived(presentedNow[floor + j], after[j].salt)
          ensures j > 0 ==> presentedNow[floor + j] == issuedNow[floor + j]
        {
          if j < |kept| {
            var i := |before| - |kept| + j;
            assert after[j] == kept[j] == before[i];
            assert row.trail.value.floor + i == floor + j;
            assert issued[row.trail.value.floor + i + 1] == Derived(presented[row.trail.value.floor + i], before[i].salt);
          } else {
            assert floor + j == row.generation;
          }
        }
      }
    }
  }

  lemma IssueKeeps(s: State, action: Action, policy: Policy, token: Secret, claimed: nat, request: Request, decidedAt: int, now: int)
    requires Inv(s)
    requires action == Decide(Some(s.row), StandingOf(s.row, token, claimed, policy), request, policy, decidedAt) && IssuesSuccessor(action)
    ensures var next := Successor(s.row, action, policy, token, s.nonce, now);
            Inv(Told(Written(s, next).(issued := s.issued + [next.current], presented := s.presented + [token], nonce := s.nonce + 1)))
  {
    SuccessorFits(s.row, action, policy, token, claimed, request, s.nonce, decidedAt, now, s.issued, s.presented);
    var next := Successor(s.row, action, policy, token, s.nonce, now);
    var t := Written(s, next).(issued := s.issued + [next.current], presented := s.presented + [token], nonce := s.nonce + 1);
    forall i | 0 <= i < |t.past|
      ensures t.past[i].generation <= t.row.generation
      ensures Fits(t.past[i], t.issued[..t.past[i].generation + 1], t.presented[..t.past[i].generation])
    {
      if i < |s.past| {
        assert t.issued[..t.past[i].generation + 1] == s.issued[..s.past[i].generation + 1];
        assert t.presented[..t.past[i].generation] == s.presented[..s.past[i].generation];
      } else {
        assert t.issued[..next.generation + 1] == t.issued && t.presented[..next.generation] == t.presented;
      }
    }
  }

  lemma ApplyKeeps(s: State, e: Event)
    requires Inv(s)
    ensures Inv(Apply(s, e))
  {
    assert s.issued[..|s.issued|] == s.issued && s.presented[..|s.presented|] == s.presented;
    match e {
      case Exchange(read, token, claimed, request, policy, decidedAt, writtenAt) =>
        if read < |s.past| {
          var row := s.past[read];
          var action := Decide(Some(row), StandingOf(row, token, claimed, policy), request, policy, decidedAt);
          if row.version == s.row.version {
            SwapMeansSame(s, read);
            if IssuesSuccessor(action) {
              IssueKeeps(s, action, policy, token, claimed, request, decidedAt, writtenAt);
            } else if action == Use {
              OtherFieldsFit(row, Used(row, policy, writtenAt), s.issued, s.presented);
              WriteKeeps(s, Used(row, policy, writtenAt));
            } else if action == DetectReuse && !policy.shadow {
              WriteKeeps(s, Revoked(row));
            }
          } else {
            assert s.issued[..row.generation + 1][row.generation] == s.issued[row.generation];
          }
        }
      case SeesOwnWrite(token) =>
      case ConfirmUse(read) =>
        if read < |s.past| && s.past[read].version == s.row.version {
          SwapMeansSame(s, read);
          var next := s.row.(version := s.row.version + 1, recoverUntil := None);
          OtherFieldsFit(s.row, next, s.issued, s.presented);
          WriteKeeps(s, next);
        }
      case Shorten(read, absolute, idle) =>
        if read < |s.past| && s.past[read].version == s.row.version {
          SwapMeansSame(s, read);
          var next := s.row.(
            version := s.row.version + 1, absolute := Earlier(s.row.absolute, absolute), idle := Earlier(s.row.idle, idle));
          OtherFieldsFit(s.row, next, s.issued, s.presented);
          WriteKeeps(s, next);
        }
      case Revoke =>
        if !s.row.revoked {
          WriteKeeps(s, Revoked(s.row));
        }
    }
  }

  lemma Always(s: State, events: seq<Event>)
    requires Inv(s)
    ensures Inv(Run(s, events))
    decreases |events|
  {
    if events != [] {
      Always(s, events[..|events| - 1]);
      ApplyKeeps(Run(s, events[..|events| - 1]), events[|events| - 1]);
    }
  }

  // ---- No fork: whatever happens, all answers of a generation carry one token, and generations differ in theirs ----

  lemma NoFork(kind: Kind, bound: bool, absolute: Option<int>, idle: Option<int>, events: seq<Event>, i: nat, j: nat)
    requires i < |Run(Login(kind, bound, absolute, idle), events).answers| && j < |Run(Login(kind, bound, absolute, idle), events).answers|
    ensures var answers := Run(Login(kind, bound, absolute, idle), events).answers;
            answers[i].token == answers[j].token <==> answers[i].generation == answers[j].generation
  {
    LoginKeeps(kind, bound, absolute, idle);
    Always(Login(kind, bound, absolute, idle), events);
  }

  // ---- Ancestors are reuse: who is accepted is the current token, what it was derived from, or within the trail what that was ----

  lemma WalkIsTheChain(row: Row, issued: seq<Secret>, presented: seq<Secret>, secret: Secret, from: nat)
    requires Fits(row, issued, presented) && HasTrail(row) && row.trail.value.floor <= from < row.generation
    requires Walk(secret, Transitions(row)[from - row.trail.value.floor..]) == row.current
    ensures secret == presented[from]
  {
    WalkReaches(row, issued, presented, secret, from, Transitions(row)[from - row.trail.value.floor..]);
  }

  lemma WalkReaches(row: Row, issued: seq<Secret>, presented: seq<Secret>, secret: Secret, from: nat, over: seq<Entry>)
    requires Fits(row, issued, presented) && HasTrail(row) && row.trail.value.floor <= from < row.generation
    requires over == Transitions(row)[from - row.trail.value.floor..] && Walk(secret, over) == row.current
    ensures secret == presented[from]
    decreases |over|
  {
    var step := Derived(secret, over[0].salt);
    assert issued[from + 1] == Derived(presented[from], Transitions(row)[from - row.trail.value.floor].salt);
    if |over| == 1 {
      assert over[1..] == [];
      assert Walk(step, over[1..]) == step;
    } else {
      assert over[1..] == Transitions(row)[from + 1 - row.trail.value.floor..];
      WalkReaches(row, issued, presented, step, from + 1, over[1..]);
      assert presented[from + 1] == issued[from + 1];
    }
  }

  lemma AncestorIsReuse(s: State, token: Secret, claimed: nat, request: Request, policy: Policy, now: int)
    requires Inv(s)
    requires token != s.row.current
    requires forall i :: 0 <= i < s.row.generation && (i + 1 == s.row.generation || i + policy.generations >= s.row.generation) ==> token != s.presented[i]
    ensures StandingOf(s.row, token, claimed, policy) == Superseded
    ensures !Succeeds(Decide(Some(s.row), StandingOf(s.row, token, claimed, policy), request, policy, now))
    ensures request.sameTenant && request.sameClient && (s.row.bound ==> request.provesKey) && !s.row.revoked && !Expired(s.row, now)
            && (s.row.kind == Rotating || s.row.generation > 0)
            ==> Decide(Some(s.row), StandingOf(s.row, token, claimed, policy), request, policy, now) == DetectReuse
  {
    if s.row.salt.Some? && Derived(token, s.row.salt.value) == s.row.current {
      assert token == s.presented[s.row.generation - 1];
    } else if !s.row.revoked && HasTrail(s.row) && policy.generations > 1 {
      var floor := s.row.trail.value.floor;
      var from := if claimed < floor then floor else claimed;
      if from + 2 <= s.row.generation <= from + policy.generations && Walk(token, Transitions(s.row)[from - floor..]) == s.row.current {
        WalkIsTheChain(s.row, s.issued, s.presented, token, from);
        assert token == s.presented[from];
      }
    }
  }

  // A token that was issued and then replaced twice, and that no recovery went back to, is reuse, however old it is (leeway over one generation).
  lemma SecondToLastIsReuse(s: State, i: nat, claimed: nat, request: Request, policy: Policy, now: int)
    requires Inv(s) && policy.generations <= 1 && i + 1 < s.row.generation
    requires s.presented[s.row.generation - 1] == s.issued[s.row.generation - 1]
    ensures !Succeeds(Decide(Some(s.row), StandingOf(s.row, s.issued[i], claimed, policy), request, policy, now))
  {
    assert s.issued[i].nonce < s.issued[s.row.generation - 1].nonce;
    assert s.issued[i].nonce < s.issued[s.row.generation].nonce;
    AncestorIsReuse(s, s.issued[i], claimed, request, policy, now);
  }

  lemma ReuseIsCommitted(s: State, token: Secret, claimed: nat, request: Request, policy: Policy, decidedAt: int, writtenAt: int)
    requires Inv(s) && !policy.shadow
    requires Decide(Some(s.row), StandingOf(s.row, token, claimed, policy), request, policy, decidedAt) == DetectReuse
    ensures Apply(s, Exchange(|s.past| - 1, token, claimed, request, policy, decidedAt, writtenAt)).row.revoked
  {
  }

  // ---- Windows never move, and end by what was written and by the policy of today, whichever is sooner ----

  lemma WindowsNeverMove(s: State, e: Event)
    requires Inv(s)
    ensures var t := Apply(s, e).row;
            && t.generation >= s.row.generation
            && (t.generation == s.row.generation ==>
                  && t.rotatedAt == s.row.rotatedAt && t.leewayUntil == s.row.leewayUntil
                  && (t.recoverUntil == s.row.recoverUntil || t.recoverUntil == None)
                  && (t.trail == s.row.trail || (t.revoked && t.trail == None)))
            && (s.row.absolute.Some? ==> t.absolute.Some? && t.absolute.value <= s.row.absolute.value)
  {
    if e.Exchange? && e.read < |s.past| && s.past[e.read].version == s.row.version {
      SwapMeansSame(s, e.read);
    } else if (e.ConfirmUse? || e.Shorten?) && e.read < |s.past| && s.past[e.read].version == s.row.version {
      SwapMeansSame(s, e.read);
    }
  }

  // A window of a transition that the next write keeps is the window that it had.
  lemma KeptWindowsNeverMove(row: Row, action: Action, policy: Policy, token: Secret, nonce: nat, now: int, j: nat)
    requires IssuesSuccessor(action) && HasTrail(row)
    requires var next := Successor(row, action, policy, token, nonce, now); next.trail.Some? && j < |next.trail.value.entries|
    ensures var next := Successor(row, action, policy, token, nonce, now);
            var i := next.trail.value.floor + j - row.trail.value.floor;
            0 <= i < |Transitions(row)| && next.trail.value.entries[j] == Transitions(row)[i]
  {
    KeptIsATail(Transitions(row), row.trail.value.floor, row.generation, policy, now);
  }

  lemma ReissueIsInside(row: Row, standing: Standing, request: Request, policy: Policy, now: int)
    requires Decide(Some(row), standing, request, policy, now) == Reissue
    ensures policy.leeway > 0 && !row.revoked && !Expired(row, now) && standing.Back? && 1 <= standing.steps
    ensures standing.steps == 1 ==> now < row.leewayUntil.value && now < row.rotatedAt.value + policy.leeway
    ensures standing.steps > 1 ==>
              standing.steps <= policy.generations && HasTrail(row) && standing.steps <= |Transitions(row)|
              && var own := Transitions(row)[|Transitions(row)| - standing.steps]; now < own.until && now < own.at + policy.leeway
  {
  }

  // A recovery happens once: the token that was recovered with is not recovered with again until the current one has rotated.
  lemma RecoveryHappensOnce(row: Row, policy: Policy, token: Secret, nonce: nat, now: int, standing: Standing, request: Request, later: Policy, at: int)
    ensures Decide(Some(Successor(row, Recover, policy, token, nonce, now)), standing, request, later, at) != Recover
  {
  }

  // ---- Revoked never answers, whatever happens afterwards; nor does a stranger change anything ----

  // An answer that took effect at an earlier read is told late, so it is asked of the rows that are stored from now on.
  lemma RevokedStays(s: State, events: seq<Event>)
    requires Inv(s) && s.row.revoked
    ensures Inv(Run(s, events)) && Run(s, events).row.revoked && Run(s, events).row.generation == s.row.generation
    ensures Run(s, events).issued == s.issued
    decreases |events|
  {
    if events != [] {
      var before := Run(s, events[..|events| - 1]);
      var e := events[|events| - 1];
      RevokedStays(s, events[..|events| - 1]);
      ApplyKeeps(before, e);
      if (e.Exchange? || e.ConfirmUse? || e.Shorten?) && e.read < |before.past| && before.past[e.read].version == before.row.version {
        SwapMeansSame(before, e.read);
      }
    }
  }

  lemma RevokedNeverAnswers(row: Row, standing: Standing, request: Request, policy: Policy, now: int)
    requires row.revoked || Expired(row, now)
    ensures !Succeeds(Decide(Some(row), standing, request, policy, now))
  {
  }

  lemma StrangerChangesNothing(s: State, e: Event)
    requires Inv(s) && e.Exchange?
    requires !e.request.sameTenant || !e.request.sameClient || (s.row.bound && !e.request.provesKey)
    requires forall i :: 0 <= i < |s.past| ==> s.past[i].bound == s.row.bound
    ensures Apply(s, e) == s
  {
  }

  // ---- The honest are served ----

  lemma CurrentIsServed(row: Row, request: Request, policy: Policy, claimed: nat, now: int)
    requires request.sameTenant && request.sameClient && (row.bound ==> request.provesKey) && request.allowed
    requires !row.revoked && !Expired(row, now) && row.generation < LastGeneration
    ensures Succeeds(Decide(Some(row), StandingOf(row, row.current, claimed, policy), request, policy, now))
  {
  }

  lemma PreviousIsServedInsideLeeway(s: State, request: Request, policy: Policy, claimed: nat, now: int)
    requires Inv(s) && s.row.salt.Some? && InsideLeeway(s.row, policy, now)
    requires request.sameTenant && request.sameClient && (s.row.bound ==> request.provesKey) && request.allowed
    requires !s.row.revoked && !Expired(s.row, now)
    ensures var action := Decide(Some(s.row), StandingOf(s.row, s.presented[s.row.generation - 1], claimed, policy), request, policy, now);
            action == Reissue
  {
    assert s.row.current == Derived(s.presented[s.row.generation - 1], s.row.salt.value);
    DerivedDiffers(s.presented[s.row.generation - 1], s.row.salt.value);
  }

  function Depth(secret: Secret): nat { if secret.Random? then 0 else Depth(secret.parent) + 1 }

  lemma DerivedDiffers(secret: Secret, nonce: nat)
    ensures Derived(secret, nonce) != secret
  {
    assert Depth(Derived(secret, nonce)) == Depth(secret) + 1;
  }
}
