(** * Chapter 2: Cross-entropy *)

From Book Require Import Foundations.

(** Cross-entropy is entropy plus divergence, equation (3.2) of the book, even where a price
    is infinite. *)
Lemma price_is_floor_plus_waste : forall (X : alphabet) (P Q : X -> R), pmf P ->
  cross_entropy P Q = finite (entropy P) ⊕ KL P Q.
Proof.
  intros X P Q (N & _). unfold cross_entropy, entropy, KL.
  rewrite <- total_finite, <- total_add. apply total_ext. intros x _. apply term_splits, N.
Qed.

(** The terms of the divergence, less p and plus q: equation (3.4). *)
Lemma brackets : forall (X : alphabet) (P Q : X -> R), pmf P -> pmf Q ->
  (Σ x, P x * ln 1 + P x - Q x * 1) = 0.
Proof.
  intros X P Q HP HQ.
  rewrite (add_up_ext _ _ (fun x => P x + -1 * Q x)) by (intros; rewrite ln_1; ring).
  rewrite add_up_plus, add_up_times, !whole by assumption. ring.
Qed.

Lemma gibbs_inequality : forall (X : alphabet) (P Q : X -> R), pmf P -> pmf Q ->
  finite 0 ≼ KL P Q.
Proof.
  intros X P Q HP HQ. rewrite <- (brackets X P Q HP HQ), <- total_finite.
  apply total_at_most. intros x _.
  apply term_above_tangent; [apply HP | apply HQ | lra].
Qed.

Lemma gibbs_equality : forall (X : alphabet) (P Q : X -> R), pmf P -> pmf Q ->
  (KL P Q = 0 <-> forall x, P x = Q x).
Proof.
  intros X P Q HP HQ. split.
  - intros E x. replace (Q x) with (Q x * 1) by ring.
    apply term_touches_tangent; [apply HP | apply HQ | lra |].
    apply (total_tight (outcomes X) (fun y => P y * ln 1 + P y - Q y * 1)
      (fun y => P y ⊙ log_ratio (P y) (Q y))).
    + intros y _. apply term_above_tangent; [apply HP | apply HQ | lra].
    + rewrite brackets by assumption. unfold KL in E. rewrite E. apply at_most_refl.
    + apply complete.
  - intros E. unfold KL. rewrite (total_ext _ _ (fun _ => finite 0)); [apply total_0 |].
    intros x _. rewrite <- E. apply term_of_equals, HP.
Qed.

(** ** The floor of cross-entropy *)

(*@ thm-floor 19651de777cdc47f
   if:   P and Q are pmfs on the same outcomes
   then: H(P,Q) >= H(P), with equality exactly when Q = P
*)
Theorem floor_of_cross_entropy (X : alphabet) (P Q : X -> R) :
  pmf P -> pmf Q ->
  finite (entropy P) ≼ cross_entropy P Q
  /\ (cross_entropy P Q = entropy P <-> forall x, Q x = P x).
Proof.
  intros HP HQ. rewrite price_is_floor_plus_waste by exact HP.
  pose proof (gibbs_inequality X P Q HP HQ) as G.
  pose proof (gibbs_equality X P Q HP HQ) as E.
  destruct (KL P Q) as [d |]; simpl in *.
  - split; [lra |]. split.
    + intros F x. symmetry. apply E. injection F as F. f_equal. lra.
    + intros F. f_equal. assert (D : finite d = finite 0) by (apply E; auto).
      injection D as ->. ring.
  - split; [exact I |]. split; [discriminate |].
    intros F. exfalso. assert (infinite = finite 0) by (apply E; auto). discriminate.
Qed.

(** ** Straight in P, curved in Q *)

(** The surprisal runs below its chords, where they end at 0 as well. *)
Lemma surprisal_convex : forall l a b, 0 < l < 1 -> 0 <= a -> 0 <= b ->
  surprisal (l * a + (1 - l) * b) ≼ l ⊙ surprisal a ⊕ (1 - l) ⊙ surprisal b.
Proof.
  intros l a b L A B. unfold surprisal.
  destruct (Rle_dec a 0) as [ZA | PA].
  { rewrite (weigh_infinite l) by lra. apply at_most_infinite. }
  destruct (Rle_dec b 0) as [ZB | PB].
  { rewrite (weigh_infinite (1 - l)), add_infinite by lra. apply at_most_infinite. }
  set (t := l * a + (1 - l) * b).
  assert (T : 0 < t).
  { assert (0 < l * a) by (apply Rmult_lt_0_compat; lra).
    assert (0 < (1 - l) * b) by (apply Rmult_lt_0_compat; lra). unfold t. lra. }
  destruct (Rle_dec t 0); [lra |]. rewrite !weigh_finite. simpl.
  (* both ends lie below the tangent at t *)
  assert (Tangent : forall c, 0 < c -> ln c <= ln t + (c / t - 1)).
  { intros c C. pose proof (ln_below_tangent (c / t) ltac:(apply Rdiv_lt_0_compat; lra)) as H.
    rewrite ln_ratio in H by lra. lra. }
  pose proof (Rmult_le_compat_l l _ _ ltac:(lra) (Tangent a ltac:(lra))) as HA.
  pose proof (Rmult_le_compat_l (1 - l) _ _ ltac:(lra) (Tangent b ltac:(lra))) as HB.
  assert (E : l * (a / t - 1) + (1 - l) * (b / t - 1) = 0).
  { replace (l * (a / t - 1) + (1 - l) * (b / t - 1)) with ((l * a + (1 - l) * b) / t - 1)
      by (field; lra). fold t. field. lra. }
  rewrite Rmult_plus_distr_l in HA, HB. lra.
Qed.

(*@ thm-linear-convex 99fe6b30d29db2c1
   if:   all of them are pmfs on the same outcomes, and 0 < l < 1
   then: H(l P1 + (1-l) P2, Q) = l H(P1,Q) + (1-l) H(P2,Q), infinite values included, and
         H(P, l Q1 + (1-l) Q2) <= l H(P,Q1) + (1-l) H(P,Q2)
*)
Theorem linear_in_P_convex_in_Q (X : alphabet) (P P1 P2 Q Q1 Q2 : X -> R) (l : R) :
  pmf P -> pmf P1 -> pmf P2 -> pmf Q -> pmf Q1 -> pmf Q2 -> 0 < l < 1 ->
  cross_entropy (fun x => l * P1 x + (1 - l) * P2 x) Q
    = l ⊙ cross_entropy P1 Q ⊕ (1 - l) ⊙ cross_entropy P2 Q
  /\
  cross_entropy P (fun x => l * Q1 x + (1 - l) * Q2 x)
    ≼ l ⊙ cross_entropy P Q1 ⊕ (1 - l) ⊙ cross_entropy P Q2.
Proof.
  intros HP HP1 HP2 _ HQ1 HQ2 L. unfold cross_entropy.
  rewrite <- !total_weigh, <- !total_add. split.
  - apply total_ext. intros x _. rewrite !weigh_weigh. apply weigh_plus.
    + apply Rmult_le_pos; [lra | apply HP1].
    + apply Rmult_le_pos; [lra | apply HP2].
  - apply total_at_most. intros x _.
    rewrite !weigh_weigh, (Rmult_comm l (P x)), (Rmult_comm (1 - l) (P x)).
    rewrite <- !weigh_weigh, <- weigh_add.
    apply at_most_weigh; [apply HP |].
    apply surprisal_convex; [exact L | apply HQ1 | apply HQ2].
Qed.
