(** * More about KL: chain rule, data processing, Pinsker, the exponent *)

From Book Require Import Foundations Entropy CrossEntropy KLDivergence.

(** ** The chain rule *)

(** The distribution of X alone, and that of Y when X = x. *)
Definition first {X Y : alphabet} (P : pairs X Y -> R) (x : X) : R := Σ y, P (x, y).
Definition given {X Y : alphabet} (P : pairs X Y -> R) (x : X) (y : Y) : R :=
  P (x, y) / first P x.

Lemma first_pmf : forall {X Y : alphabet} (P : pairs X Y -> R), pmf P -> pmf (first P).
Proof.
  intros X Y P (N & S). split.
  - intros x. apply add_up_nonneg. intros y. apply N.
  - rewrite <- S. symmetry. apply add_up_pairs.
Qed.

Lemma first_zero : forall {X Y : alphabet} (P : pairs X Y -> R) x, pmf P ->
  first P x = 0 -> forall y, P (x, y) = 0.
Proof.
  intros X Y P x (N & _) E y.
  apply (add_up_zero (outcomes Y) (fun y => P (x, y))); auto. apply complete.
Qed.

Lemma given_pmf : forall {X Y : alphabet} (P : pairs X Y -> R) x, pmf P ->
  0 < first P x -> pmf (given P x).
Proof.
  intros X Y P x (N & _) F. split.
  - intros y. unfold given. apply Rmult_le_pos; [apply N |].
    apply Rlt_le, Rinv_0_lt_compat, F.
  - unfold given.
    rewrite (add_up_ext _ _ (fun y => / first P x * P (x, y))) by (intros; unfold Rdiv; ring).
    rewrite add_up_times. fold (first P x). field. lra.
Qed.

(** One row of the chain rule: all pairs that begin with x. *)
Lemma chain_rule_row : forall (X Y : alphabet) (P Q : pairs X Y -> R) (x : X),
  pmf P -> pmf Q ->
  (Total y, P (x, y) ⊙ log_ratio (P (x, y)) (Q (x, y)))
  = first P x ⊙ log_ratio (first P x) (first Q x)
    ⊕ first P x ⊙ KL (given P x) (given Q x).
Proof.
  intros X Y P Q x HP HQ. pose proof (proj1 HP) as NP. pose proof (proj1 HQ) as NQ.
  pose proof (proj1 (first_pmf P HP) x) as NF. pose proof (proj1 (first_pmf Q HQ) x) as NG.
  destruct (Req_dec (first P x) 0) as [Z | F].
  { (* x never happens *)
    rewrite Z, !weigh_0, add_0, (total_ext _ _ (fun _ => finite 0)); [apply total_0 |].
    intros y _. rewrite (first_zero P x HP Z y). apply weigh_0. }
  destruct (Req_dec (first Q x) 0) as [Z | G].
  { (* Q rules out what happens: both sides are infinite *)
    destruct (add_up_positive (outcomes Y) (fun y => P (x, y))) as (y & J & Py);
      [intros; apply NP | fold (first P x); lra |].
    rewrite (total_infinite _ _ y J).
    - unfold log_ratio. destruct (Rle_dec (first Q x) 0); [| lra].
      rewrite weigh_infinite by exact F. reflexivity.
    - rewrite (first_zero Q x HQ Z y). unfold log_ratio.
      destruct (Rle_dec 0 0); [| lra]. apply weigh_infinite. lra. }
  (* log p(x,y)/q(x,y) = log p(x)/q(x) + log p(y|x)/q(y|x), with the weight p(x,y) *)
  set (c := log_ratio (first P x) (first Q x)).
  replace (first P x ⊙ c) with (Total y, P (x, y) ⊙ c)
    by (rewrite total_weights; [reflexivity | intros; apply NP]).
  unfold KL. rewrite <- total_weigh, <- total_add.
  apply total_ext. intros y _. rewrite weigh_weigh. unfold given at 1.
  replace (first P x * (P (x, y) / first P x)) with (P (x, y)) by (field; exact F).
  rewrite <- weigh_add.
  destruct (Req_dec (P (x, y)) 0) as [-> | Py]; [rewrite !weigh_0; reflexivity |].
  f_equal. unfold c, log_ratio, given. pose proof (NP (x, y)). pose proof (NQ (x, y)).
  assert (I : 0 < / first Q x) by (apply Rinv_0_lt_compat; lra).
  destruct (Rle_dec (first Q x) 0); [lra |].
  destruct (Rle_dec (Q (x, y)) 0) as [L | L].
  { destruct (Rle_dec (Q (x, y) / first Q x) 0) as [_ | N]; [reflexivity |].
    exfalso. apply N. replace (Q (x, y)) with 0 by lra. unfold Rdiv. lra. }
  assert (0 < Q (x, y) / first Q x) by (apply Rdiv_lt_0_compat; lra).
  assert (0 < P (x, y) / first P x) by (apply Rdiv_lt_0_compat; lra).
  destruct (Rle_dec (Q (x, y) / first Q x) 0); [lra |].
  simpl. f_equal. rewrite !ln_ratio by lra. ring.
Qed.

(*@ thm-chain-rule df04689e4967ce0f
   if:   P and Q are pmfs of a pair (X,Y)
   then: D(P_XY||Q_XY) = D(P_X||Q_X) + sum over x of p(x) D(P_Y|x||Q_Y|x), where an x with
         p(x) = 0 adds nothing; if q(x) = 0 < p(x) for some x, both sides are infinite
*)
Theorem chain_rule (X Y : alphabet) (P Q : pairs X Y -> R) :
  pmf P -> pmf Q ->
  KL P Q = KL (first P) (first Q) ⊕ (Total x, first P x ⊙ KL (given P x) (given Q x))
  /\ ((exists x, first Q x = 0 /\ 0 < first P x) ->
      KL P Q = infinite /\ KL (first P) (first Q) = infinite).
Proof.
  intros HP HQ.
  assert (Rule : KL P Q = KL (first P) (first Q)
                          ⊕ (Total x, first P x ⊙ KL (given P x) (given Q x))).
  { unfold KL at 1 2. rewrite total_pairs, <- total_add.
    apply total_ext. intros x _. apply chain_rule_row; assumption. }
  split; [exact Rule |]. intros (x & Z & F).
  assert (I : KL (first P) (first Q) = infinite).
  { unfold KL. apply (total_infinite _ _ x (complete X x)).
    rewrite Z. unfold log_ratio. destruct (Rle_dec 0 0); [| lra]. apply weigh_infinite. lra. }
  split; [rewrite Rule, I; reflexivity | exact I].
Qed.

(** ** Data processing *)

(** What is reported about x, if the rule k reports y with the probability k x y. *)
Definition report {X Y : alphabet} (k : X -> Y -> R) (P : X -> R) (y : Y) : R :=
  Σ x, P x * k x y.

Lemma report_pmf : forall {X Y : alphabet} (k : X -> Y -> R) (P : X -> R),
  pmf P -> (forall x, pmf (k x)) -> pmf (report k P).
Proof.
  intros X Y k P HP HK. split.
  - intros y. apply add_up_nonneg. intros x. apply Rmult_le_pos; [apply HP | apply HK].
  - unfold report. rewrite <- add_up_swap, (add_up_ext _ _ P); [apply whole, HP |].
    intros x _. rewrite add_up_times, (whole (k x) (HK x)). ring.
Qed.

(** Terms may be merged: the term of two sums is at most the sum of the terms. *)
Lemma merge : forall {T} (l : list T) (a b : T -> R),
  (forall x, 0 <= a x) -> (forall x, 0 <= b x) ->
  add_up l a ⊙ log_ratio (add_up l a) (add_up l b)
  ≼ total l (fun x => a x ⊙ log_ratio (a x) (b x)).
Proof.
  intros T l a b NA NB.
  pose proof (add_up_nonneg l a NA) as SA. pose proof (add_up_nonneg l b NB) as SB.
  set (A := add_up l a) in *. set (B := add_up l b) in *.
  destruct (Req_dec A 0) as [Z | PA].
  { rewrite Z, weigh_0, (total_ext _ _ (fun _ => finite 0)); [rewrite total_0; simpl; lra |].
    intros x J. rewrite (add_up_zero l a NA Z x J). apply weigh_0. }
  destruct (Req_dec B 0) as [Z | PB].
  { destruct (add_up_positive l a NA) as (x & J & Px); [fold A; lra |].
    rewrite (total_infinite l _ x J); [apply at_most_infinite |].
    rewrite (add_up_zero l b NB Z x J). unfold log_ratio.
    destruct (Rle_dec 0 0); [| lra]. apply weigh_infinite. lra. }
  (* all terms lie above the tangent at the ratio of the sums *)
  assert (R : 0 < A / B) by (apply Rdiv_lt_0_compat; lra).
  apply at_most_trans with (total l (fun x => finite (a x * ln (A / B) + a x - b x * (A / B)))).
  - rewrite total_finite. unfold log_ratio. destruct (Rle_dec B 0); [lra |].
    rewrite weigh_finite. simpl.
    rewrite (add_up_ext _ _ (fun x => (ln (A / B) + 1) * a x + - (A / B) * b x))
      by (intros; ring).
    rewrite add_up_plus, !add_up_times. fold A B.
    apply Req_le. field. lra.
  - apply total_at_most. intros x _. apply term_above_tangent; auto.
Qed.

(*@ thm-data-processing 75883ee9a812cf19
   if:   P and Q are pmfs of X, and one rule k, a pmf for every x, makes the report Y from X
   then: D(P_Y||Q_Y) <= D(P_X||Q_X)
*)
Theorem data_processing (X Y : alphabet) (P Q : X -> R) (k : X -> Y -> R) :
  pmf P -> pmf Q -> (forall x, pmf (k x)) ->
  KL (report k P) (report k Q) ≼ KL P Q.
Proof.
  intros HP HQ HK.
  apply at_most_trans with
    (Total y, Total x, P x * k x y ⊙ log_ratio (P x * k x y) (Q x * k x y)).
  - (* every report merges what may lie behind it *)
    apply total_at_most. intros y _. apply merge.
    + intros x. apply Rmult_le_pos; [apply HP | apply HK].
    + intros x. apply Rmult_le_pos; [apply HQ | apply HK].
  - (* before the merging, the common rule cancels in every ratio *)
    rewrite total_swap. apply total_at_most. intros x _.
    rewrite (total_ext _ _ (fun y => k x y ⊙ (P x ⊙ log_ratio (P x) (Q x)))).
    { rewrite total_weights by apply HK. rewrite (whole (k x) (HK x)), weigh_1.
      apply at_most_refl. }
    intros y _. rewrite weigh_weigh, (Rmult_comm (k x y)).
    destruct (Req_dec (k x y) 0) as [-> | N]; [rewrite Rmult_0_r, !weigh_0; reflexivity |].
    f_equal. unfold log_ratio. pose proof (proj1 (HK x) y) as K. pose proof (proj1 HQ x) as NQ.
    destruct (Rle_dec (Q x) 0) as [L | L].
    { replace (Q x) with 0 by lra. rewrite Rmult_0_l.
      destruct (Rle_dec 0 0); [reflexivity | lra]. }
    assert (0 < Q x * k x y) by (apply Rmult_lt_0_compat; lra).
    destruct (Rle_dec (Q x * k x y) 0); [lra |]. do 2 f_equal. field. lra.
Qed.

(** ** Pinsker's inequality *)

Definition TV {X : alphabet} (P Q : X -> R) : R := (Σ x, Rabs (P x - Q x)) / 2.

Lemma slope : forall f x d e, derivable_pt_lim f x d -> d = e -> derivable_pt_lim f x e.
Proof. intros f x d e D <-. exact D. Qed.

Lemma derive_ln_below_1 : forall x, x < 1 ->
  derivable_pt_lim (fun t => ln (1 - t)) x (- / (1 - x)).
Proof.
  intros x L.
  apply (slope _ _ (/ (1 - x) * (0 - 1))); [| ring].
  apply (derivable_pt_lim_comp (fun t => 1 - t) ln).
  - apply (derivable_pt_lim_minus (fun _ => 1) (fun t => t));
      [apply derivable_pt_lim_const | apply derivable_pt_lim_id].
  - apply derivable_pt_lim_ln. lra.
Qed.

Lemma derive_square : forall a x,
  derivable_pt_lim (fun t => 2 * (a - t) ^ 2) x (-4 * (a - x)).
Proof.
  intros a x. apply (slope _ _ (2 * (INR 2 * (a - x) ^ 1 * (0 - 1)))); [| simpl; ring].
  apply (derivable_pt_lim_scal (fun t => (a - t) ^ 2)).
  apply (derivable_pt_lim_comp (fun t => a - t) (fun u => u ^ 2)).
  - apply (derivable_pt_lim_minus (fun _ => a) (fun t => t));
      [apply derivable_pt_lim_const | apply derivable_pt_lim_id].
  - apply (derivable_pt_lim_pow (a - x) 2).
Qed.

(** A function whose slope is nowhere positive does not rise. *)
Lemma falls : forall f f' b a, b < a ->
  (forall x, b <= x <= a -> derivable_pt_lim f x (f' x)) ->
  (forall x, b < x < a -> f' x <= 0) -> f a <= f b.
Proof.
  intros f f' b a L D S. destruct (MVT_cor2 f f' b a L D) as (c & E & C).
  specialize (S c C). assert (0 <= - f' c * (a - b)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** Two coins, the one with fewer heads in the second place. *)
Lemma pinsker_coins : forall a b, 0 < b < a -> a <= 1 ->
  2 * (a - b) ^ 2 <= a * (ln a - ln b) + (1 - a) * (ln (1 - a) - ln (1 - b)).
Proof.
  intros a b B A.
  assert (Quarter : forall x, 0 < x < 1 -> 4 <= / (x * (1 - x))).
  { intros x X. assert (0 < x * (1 - x)) by (apply Rmult_lt_0_compat; lra).
    assert (0 <= (1 - 2 * x) * (1 - 2 * x)) by apply Rle_0_sqr.
    rewrite <- (Rinv_inv 4). apply Rinv_le_contravar; lra. }
  destruct (Req_dec a 1) as [-> | N].
  - (* the first coin always shows heads *)
    assert (F : (fun x => - ln x - 2 * (1 - x) ^ 2) 1 <= (fun x => - ln x - 2 * (1 - x) ^ 2) b).
    { apply (falls (fun x => - ln x - 2 * (1 - x) ^ 2) (fun x => - / x - -4 * (1 - x)));
        [lra | |].
      - intros x X.
        apply (derivable_pt_lim_minus (fun x => - ln x) (fun x => 2 * (1 - x) ^ 2));
          [| apply derive_square].
        apply (derivable_pt_lim_opp ln). apply derivable_pt_lim_ln. lra.
      - intros x X. pose proof (Quarter x ltac:(lra)) as Q.
        apply (Rmult_le_compat_r (1 - x)) in Q; [| lra].
        replace (/ (x * (1 - x)) * (1 - x)) with (/ x) in Q by (field; lra). lra. }
    simpl in F |- *. rewrite ln_1 in *. lra.
  - set (g x := a * - ln x + (1 - a) * - ln (1 - x) - 2 * (a - x) ^ 2).
    assert (F : g a <= g b).
    { apply (falls g (fun x => a * - / x + (1 - a) * / (1 - x) - -4 * (a - x))); [lra | |].
      - intros x X. unfold g.
        apply (derivable_pt_lim_minus
          (fun x => a * - ln x + (1 - a) * - ln (1 - x)) (fun x => 2 * (a - x) ^ 2));
          [| apply derive_square].
        apply (derivable_pt_lim_plus (fun x => a * - ln x) (fun x => (1 - a) * - ln (1 - x))).
        + apply (derivable_pt_lim_scal (fun x => - ln x)).
          apply (derivable_pt_lim_opp ln). apply derivable_pt_lim_ln. lra.
        + apply (derivable_pt_lim_scal (fun x => - ln (1 - x))).
          apply (slope _ _ (- - / (1 - x))); [| ring].
          apply (derivable_pt_lim_opp (fun x => ln (1 - x))). apply derive_ln_below_1. lra.
      - intros x X. pose proof (Quarter x ltac:(lra)) as Q.
        apply (Rmult_le_compat_r (a - x)) in Q; [| lra].
        replace (a * - / x + (1 - a) * / (1 - x)) with (- (/ (x * (1 - x)) * (a - x)))
          by (field; lra). lra. }
    unfold g in F. replace (a - a) with 0 in F by ring. simpl in F |- *. lra.
Qed.

(** Of the differences p(x) - q(x), the positive ones are half of the total. *)
Lemma positive_half : forall (X : alphabet) (P Q : X -> R), pmf P -> pmf Q ->
  TV P Q = (Σ x, P x * (if Rlt_dec (Q x) (P x) then 1 else 0))
           - (Σ x, Q x * (if Rlt_dec (Q x) (P x) then 1 else 0)).
Proof.
  intros X P Q HP HQ. unfold TV.
  set (yes x := if Rlt_dec (Q x) (P x) then 1 else 0).
  transitivity ((Σ x, P x * yes x) - (Σ x, Q x * yes x)); [| reflexivity].
  rewrite (add_up_ext _ (fun x => Rabs (P x - Q x))
    (fun x => 2 * (P x * yes x) + (-2 * (Q x * yes x) + (-1 * P x + 1 * Q x)))).
  - rewrite !add_up_plus, !add_up_times, (whole P HP), (whole Q HQ). field.
  - intros x _. unfold yes. destruct (Rlt_dec (Q x) (P x)).
    + rewrite Rabs_right by lra. ring.
    + rewrite Rabs_left1 by lra. ring.
Qed.

(*@ thm-pinsker 14249c1a3ba3e0e4
   if:   P and Q are pmfs on the same finite alphabet
   then: D(P||Q) >= 2 TV(P,Q)^2 in nats, where TV is half the sum of |p(x) - q(x)|
*)
Theorem pinsker (X : alphabet) (P Q : X -> R) :
  pmf P -> pmf Q ->
  finite (2 * TV P Q ^ 2) ≼ KL P Q.
Proof.
  intros HP HQ.
  (* report only whether p(x) > q(x) *)
  set (yes x := if Rlt_dec (Q x) (P x) then 1 else 0).
  set (k (x : X) := coin (yes x)).
  assert (HK : forall x, pmf (k x)).
  { intros x. unfold k, coin, yes. split; [| simpl; ring].
    intros []; destruct (Rlt_dec (Q x) (P x)); lra. }
  pose proof (data_processing X faces P Q k HP HQ HK) as M.
  pose proof (report_pmf k P HP HK) as RP. pose proof (report_pmf k Q HQ HK) as RQ.
  apply at_most_trans with (2 := M).
  set (a := report k P true). set (b := report k Q true).
  assert (T : TV P Q = a - b) by (apply positive_half; assumption).
  assert (AF : report k P false = 1 - a).
  { pose proof (whole _ RP) as W. simpl in W. fold a in W. lra. }
  assert (BF : report k Q false = 1 - b).
  { pose proof (whole _ RQ) as W. simpl in W. fold b in W. lra. }
  assert (NB : 0 <= b) by (apply (proj1 RQ)).
  assert (A1 : 0 <= 1 - a) by (rewrite <- AF; apply (proj1 RP)).
  assert (AB : 0 <= a - b).
  { rewrite <- T. unfold TV.
    pose proof (add_up_nonneg (outcomes X) (fun x => Rabs (P x - Q x))).
    specialize (H ltac:(intros; apply Rabs_pos)). lra. }
  rewrite T. destruct (Req_dec a b) as [E | N].
  { rewrite E. replace (2 * (b - b) ^ 2) with 0 by ring. apply gibbs; assumption. }
  unfold KL. simpl total. fold a b. rewrite AF, BF.
  rewrite (add_comm _ (finite 0)), add_0. unfold log_ratio.
  destruct (Rle_dec b 0) as [L | L].
  { rewrite weigh_infinite by lra. apply at_most_infinite. }
  destruct (Rle_dec (1 - b) 0); [lra |]. rewrite !weigh_finite. simpl at_most.
  replace ((1 - a) * ln ((1 - a) / (1 - b))) with ((1 - a) * (ln (1 - a) - ln (1 - b))).
  - rewrite (ln_ratio a b) by lra. apply pinsker_coins; lra.
  - destruct (Req_dec a 1) as [-> | A]; [ring |]. rewrite ln_ratio by lra. reflexivity.
Qed.

(** ** KL as an exponent *)

(** All sequences of N tosses; what a coin with the probability p of heads says of one of them;
    its number of heads; and the probability of at least k heads in N tosses. *)
Fixpoint tosses (N : nat) : list (list faces) :=
  match N with
  | O => [[]]
  | S n => map (cons (true : faces)) (tosses n) ++ map (cons (false : faces)) (tosses n)
  end.
Fixpoint chance (p : R) (s : list faces) : R :=
  match s with [] => 1 | face :: rest => coin p face * chance p rest end.
Fixpoint heads (s : list faces) : nat :=
  match s with [] => 0%nat | face :: rest => ((if face then 1 else 0) + heads rest)%nat end.
Definition at_least (k N : nat) (p : R) : R :=
  add_up (tosses N) (fun s => if le_dec k (heads s) then chance p s else 0).

Lemma add_up_tosses : forall n f,
  add_up (tosses (S n)) f
  = add_up (tosses n) (fun s => f (true :: s)) + add_up (tosses n) (fun s => f (false :: s)).
Proof. intros n f. simpl. rewrite add_up_app, !add_up_map. reflexivity. Qed.

Lemma heads_bound : forall N s, In s (tosses N) -> (heads s <= N)%nat.
Proof.
  induction N as [| n IH]; simpl; [intros s [<- | []]; simpl; lia |].
  intros s J. apply in_app_iff in J.
  destruct J as [J | J]; apply in_map_iff in J; destruct J as (r & <- & J);
    apply IH in J; simpl; lia.
Qed.

Lemma chance_nonneg : forall p s, 0 < p < 1 -> 0 <= chance p s.
Proof.
  intros p s P. induction s as [| [] s IH]; simpl; [lra | |]; apply Rmult_le_pos; lra.
Qed.

Lemma chance_total : forall p N, add_up (tosses N) (chance p) = 1.
Proof.
  intros p N. induction N as [| n IH]; [simpl; ring |].
  rewrite add_up_tosses. simpl in *. rewrite !add_up_times, IH. ring.
Qed.

(** The chance of a sequence depends only on its number of heads. *)
Lemma chance_by_heads : forall p N s, 0 < p < 1 -> In s (tosses N) ->
  chance p s = exp (INR (heads s) * ln p + (INR N - INR (heads s)) * ln (1 - p)).
Proof.
  intros p N s P. revert s. induction N as [| n IH]; intros s J.
  { destruct J as [<- | []]. simpl.
    replace (0 * ln p + (0 - 0) * ln (1 - p)) with 0 by ring. rewrite exp_0. reflexivity. }
  simpl in J. apply in_app_iff in J.
  destruct J as [J | J]; apply in_map_iff in J; destruct J as (r & <- & J);
    simpl chance; rewrite (IH r J).
  - replace (INR (heads (true :: r))) with (INR (heads r) + 1) by (symmetry; apply S_INR).
    rewrite <- (exp_ln p) at 1 by lra. rewrite <- exp_plus, S_INR. f_equal. ring.
  - replace (INR (heads (false :: r))) with (INR (heads r)) by reflexivity.
    rewrite <- (exp_ln (1 - p)) at 1 by lra. rewrite <- exp_plus, S_INR. f_equal. ring.
Qed.

(** The probability of exactly j heads. *)
Definition exactly (j N : nat) (p : R) : R :=
  add_up (tosses N) (fun s => if Nat.eq_dec (heads s) j then chance p s else 0).

Lemma exactly_nonneg : forall j N p, 0 < p < 1 -> 0 <= exactly j N p.
Proof.
  intros j N p P. apply add_up_nonneg. intros s.
  destruct (Nat.eq_dec (heads s) j); [apply chance_nonneg; exact P | lra].
Qed.

Ltac equal_or_not := repeat match goal with
  | |- context [Nat.eq_dec ?i ?j] => destruct (Nat.eq_dec i j)
  end.

Lemma exactly_step : forall j n p,
  exactly (S j) (S n) p = p * exactly j n p + (1 - p) * exactly (S j) n p.
Proof.
  intros j n p. unfold exactly. rewrite add_up_tosses, <- !add_up_times.
  f_equal; apply add_up_ext; intros s _; simpl heads; simpl chance.
  - equal_or_not; try lia; ring.
  - equal_or_not; try lia; ring.
Qed.

Lemma exactly_none : forall n p, exactly 0 (S n) p = (1 - p) * exactly 0 n p.
Proof.
  intros n p. unfold exactly. rewrite add_up_tosses, <- !add_up_times.
  rewrite (add_up_ext _ _ (fun _ => 0)), add_up_0, Rplus_0_l.
  - apply add_up_ext. intros s _. simpl heads. simpl chance.
    equal_or_not; try lia; ring.
  - intros s _. simpl heads. equal_or_not; [lia | reflexivity].
Qed.

(** How the probabilities of j and of j + 1 heads compare. *)
Lemma neighbours : forall p N j,
  INR (S j) * (1 - p) * exactly (S j) N p = (INR N - INR j) * p * exactly j N p.
Proof.
  intros p N. induction N as [| n IH]; intros j.
  { unfold exactly. simpl tosses. simpl add_up. destruct j; simpl; ring. }
  rewrite exactly_step. destruct j as [| i].
  - rewrite exactly_none. pose proof (IH 0%nat) as I. rewrite !S_INR in *.
    change (INR 0) with 0 in *. apply (f_equal (Rmult (1 - p))) in I. lra.
  - rewrite exactly_step. pose proof (IH i) as A. pose proof (IH (S i)) as B.
    rewrite !S_INR in *. apply (f_equal (Rmult p)) in A. apply (f_equal (Rmult (1 - p))) in B.
    lra.
Qed.

Section Mode.
Variables (p : R) (N k : nat).
Hypotheses (P : 0 < p < 1) (Whole : INR k = p * INR N).

Lemma rises : forall j, (j < k)%nat -> exactly j N p <= exactly (S j) N p.
Proof.
  intros j J. apply le_INR in J. pose proof (neighbours p N j) as E.
  pose proof (exactly_nonneg j N p P) as M. rewrite S_INR in *. pose proof (pos_INR j).
  assert (C : 0 < (INR j + 1) * (1 - p)) by (apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_l _ _ _ C). rewrite E. apply Rmult_le_compat_r; [exact M | lra].
Qed.

Lemma declines : forall j, (k <= j)%nat -> exactly (S j) N p <= exactly j N p.
Proof.
  intros j J. apply le_INR in J. pose proof (neighbours p N j) as E.
  pose proof (exactly_nonneg j N p P) as M. rewrite S_INR in *. pose proof (pos_INR j).
  assert (C : 0 < (INR j + 1) * (1 - p)) by (apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_l _ _ _ C). rewrite E. apply Rmult_le_compat_r; [exact M | lra].
Qed.

(** So k = p N heads are most likely, *)
Lemma mode : forall j, exactly j N p <= exactly k N p.
Proof.
  intros j. destruct (le_lt_dec k j) as [L | L].
  - replace j with (k + (j - k))%nat by lia. induction (j - k)%nat as [| d IH].
    + rewrite Nat.add_0_r. lra.
    + apply Rle_trans with (2 := IH). rewrite Nat.add_succ_r. apply declines. lia.
  - replace j with (k - (k - j))%nat by lia.
    assert (D : (k - j <= k)%nat) by lia. induction (k - j)%nat as [| d IH].
    + rewrite Nat.sub_0_r. lra.
    + apply Rle_trans with (exactly (k - d) N p); [| apply IH; lia].
      replace (k - d)%nat with (S (k - S d)) by lia. apply rises. lia.
Qed.

(** and of N + 1 numbers that sum to 1 the largest is at least 1/(N + 1). *)
Lemma mode_bound : 1 <= (INR N + 1) * exactly k N p.
Proof.
  assert (Sum : add_up (seq 0 (S N)) (fun j => exactly j N p) = 1).
  { unfold exactly. rewrite add_up_swap, <- (chance_total p N). apply add_up_ext. intros s J.
    apply (add_up_single _ Nat.eq_dec (heads s) (fun _ => chance p s)).
    - apply seq_NoDup.
    - apply in_seq. apply heads_bound in J. lia. }
  assert (C : add_up (seq 0 (S N)) (fun _ => exactly k N p) = (INR N + 1) * exactly k N p).
  { rewrite add_up_const, seq_length, S_INR. reflexivity. }
  rewrite <- C, <- Sum. apply add_up_le. intros j _. apply mode.
Qed.
End Mode.

(*@ thm-exponent 271cfdd3756e8c4e
   if:   0 < b < a < 1; a N = k is a whole number; the coin b is tossed N times
   then: D, the divergence of the coin a relative to the coin b in nats, is finite, and the
         probability of at least k heads lies between exp(-N D) / (N + 1) and exp(-N D)
*)
Theorem KL_as_an_exponent (a b : R) (N k : nat) :
  0 < b -> b < a -> a < 1 -> INR k = a * INR N ->
  exists D : R,
    KL (coin a) (coin b) = D
    /\ exp (- (INR N * D)) / (INR N + 1) <= at_least k N b <= exp (- (INR N * D)).
Proof.
  intros HB HA H1 Whole.
  set (u := ln a - ln b). set (v := ln (1 - a) - ln (1 - b)).
  assert (Value : KL (coin a) (coin b) = finite (a * u + (1 - a) * v)).
  { unfold KL. simpl. unfold log_ratio.
    destruct (Rle_dec b 0); [lra |]. destruct (Rle_dec (1 - b) 0); [lra |].
    rewrite !weigh_finite, !ln_ratio by lra. simpl. f_equal. unfold u, v. ring. }
  exists (a * u + (1 - a) * v). split; [exact Value |].
  set (e := exp (- (INR N * (a * u + (1 - a) * v)))).
  assert (E : 0 < e) by apply exp_pos.
  assert (UV : v < u).
  { assert (ln b < ln a) by (apply ln_increasing; lra).
    assert (ln (1 - a) < ln (1 - b)) by (apply ln_increasing; lra). unfold u, v. lra. }
  (* the logarithm of the ratio, for one sequence *)
  assert (Ratio : forall s, In s (tosses N) ->
    chance b s = e * chance a s * exp ((INR k - INR (heads s)) * (u - v))).
  { intros s J. rewrite !(chance_by_heads _ N s) by (lra || exact J).
    unfold e. rewrite <- !exp_plus. f_equal.
    replace (INR N * (a * u + (1 - a) * v)) with
      (a * INR N * u + (INR N - a * INR N) * v) by ring.
    rewrite <- Whole. unfold u, v. ring. }
  split.
  - (* exactly k heads are enough for the lower bound *)
    apply Rle_trans with (exactly k N b).
    + assert (X : exactly k N b = e * exactly k N a).
      { unfold exactly. rewrite <- add_up_times. apply add_up_ext. intros s J.
        destruct (Nat.eq_dec (heads s) k) as [<- | _]; [| ring].
        rewrite (Ratio s J). rewrite Rminus_eq_0, Rmult_0_l, exp_0. ring. }
      rewrite X. pose proof (pos_INR N) as PN.
      assert (M : 1 <= (INR N + 1) * exactly k N a) by (apply mode_bound; [lra | exact Whole]).
      apply (Rmult_le_reg_r (INR N + 1)); [lra |].
      replace (e / (INR N + 1) * (INR N + 1)) with (e * 1) by (field; lra).
      replace (e * exactly k N a * (INR N + 1)) with
        (e * ((INR N + 1) * exactly k N a)) by ring.
      apply Rmult_le_compat_l; lra.
    + apply add_up_le. intros s _. pose proof (chance_nonneg b s ltac:(lra)).
      destruct (Nat.eq_dec (heads s) k), (le_dec k (heads s)); try lia; lra.
  - (* every sequence counted has under b at most e times its chance under a *)
    rewrite <- (Rmult_1_r e), <- (chance_total a N), <- add_up_times.
    apply add_up_le. intros s J. pose proof (chance_nonneg a s ltac:(lra)) as C.
    assert (EC : 0 <= e * chance a s) by (apply Rmult_le_pos; lra).
    destruct (le_dec k (heads s)) as [L | _]; [| exact EC].
    rewrite (Ratio s J). apply le_INR in L.
    assert (X : exp ((INR k - INR (heads s)) * (u - v)) <= 1).
    { rewrite <- exp_0. assert (Y : (INR k - INR (heads s)) * (u - v) <= 0).
      { assert (0 <= (INR (heads s) - INR k) * (u - v)) by (apply Rmult_le_pos; lra). lra. }
      destruct Y as [Y | ->]; [left; apply exp_increasing; exact Y | right; reflexivity]. }
    apply (Rmult_le_compat_l _ _ _ EC) in X. lra.
Qed.
