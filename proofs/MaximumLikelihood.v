(** * Chapter 6: Maximum likelihood *)

From Book Require Import Foundations CrossEntropy KLDivergence Samples.

(** ** The best model of a sample is the sample *)

(** The likelihood of a model is the product of what it says of the examples. *)
Fixpoint likelihood {X : alphabet} (Q : X -> R) (sample : list X) : R :=
  match sample with [] => 1 | x :: rest => Q x * likelihood Q rest end.

(** Its average NLL is the mean surprisal of the examples. *)
Definition average_NLL {X : alphabet} (Q : X -> R) (sample : list X) : price :=
  (1 / INR (length sample)) ⊙ total sample (fun x => surprisal (Q x)).

Lemma likelihood_nonneg : forall (X : alphabet) (Q : X -> R) s, pmf Q -> 0 <= likelihood Q s.
Proof.
  intros X Q s HQ. induction s as [| x s IH]; simpl; [lra |].
  apply Rmult_le_pos; [apply HQ | exact IH].
Qed.

(** The likelihood is exp(-t), where t is the total surprisal; an infinite t makes it 0. *)
Definition exp_minus (t : price) : R := match t with finite r => exp (- r) | infinite => 0 end.

Lemma likelihood_by_surprisal : forall (X : alphabet) (Q : X -> R) s, pmf Q ->
  likelihood Q s = exp_minus (total s (fun x => surprisal (Q x))).
Proof.
  intros X Q s HQ. induction s as [| x s IH]; simpl; [rewrite Ropp_0, exp_0; reflexivity |].
  rewrite IH. unfold surprisal at 2. pose proof (proj1 HQ x). destruct (Rle_dec (Q x) 0).
  - replace (Q x) with 0 by lra. simpl. ring.
  - destruct (total s (fun y => surprisal (Q y))) as [r |]; simpl; [| ring].
    replace (- (- ln (Q x) + r)) with (ln (Q x) + - r) by ring.
    rewrite exp_plus, exp_ln by lra. reflexivity.
Qed.

Lemma total_surprisal : forall (X : alphabet) (Q : X -> R) (s : list X), s <> [] ->
  total s (fun x => surprisal (Q x)) = INR (length s) ⊙ cross_entropy (share s) Q.
Proof.
  intros X Q s N. pose proof (length_positive s N). unfold cross_entropy.
  rewrite <- (mean_is_weighted s (fun x => surprisal (Q x)) N), weigh_weigh.
  replace (INR (length s) * (1 / INR (length s))) with 1 by (field; lra).
  symmetry. apply weigh_1.
Qed.

(*@ thm-mle aa7ab918698a4935
   if:   P^ = share sample is the empirical distribution of a sample that is not empty
   then: among all pmfs Q none has a larger likelihood than P^, and none but P^ has as large a
         one; the average NLL of P^ is H(P^)
*)
Theorem maximum_likelihood (X : alphabet) (sample : list X) :
  sample <> [] ->
  pmf (share sample)
  /\ (forall Q : X -> R, pmf Q ->
      likelihood Q sample <= likelihood (share sample) sample
      /\ (likelihood Q sample = likelihood (share sample) sample
          <-> forall x, Q x = share sample x))
  /\ average_NLL (share sample) sample = entropy (share sample).
Proof.
  intros N. pose proof (share_pmf sample N) as HS. pose proof (length_positive sample N) as L.
  set (P := share sample) in *.
  assert (Own : cross_entropy P P = finite (entropy P))
    by (apply floor_of_cross_entropy; auto).
  split; [exact HS |]. split.
  - intros Q HQ. pose proof (floor_of_cross_entropy X P Q HS HQ) as (F & E).
    rewrite !likelihood_by_surprisal, !total_surprisal by assumption. fold P. rewrite Own.
    rewrite weigh_finite. simpl exp_minus at 2 4.
    pose proof (exp_pos (- (INR (length sample) * entropy P))) as Pos.
    destruct (cross_entropy P Q) as [h |].
    + rewrite weigh_finite. simpl in *.
      assert (M : INR (length sample) * entropy P <= INR (length sample) * h)
        by (apply Rmult_le_compat_l; lra).
      split; [destruct M as [M | ->]; [left; apply exp_increasing; lra | right; reflexivity] |].
      rewrite <- E. split; intros K.
      * apply exp_inv in K. f_equal. apply (Rmult_eq_reg_l (INR (length sample))); lra.
      * injection K as ->. reflexivity.
    + rewrite weigh_infinite by lra. simpl. split; [lra |].
      rewrite <- E. split; [intros K; lra | discriminate].
  - unfold average_NLL. rewrite (mean_is_weighted sample (fun x => surprisal (P x)) N).
    exact Own.
Qed.

(** ** Fitted frequencies look too good on their own sample *)

(** Chance: an experiment has finitely many outcomes w with probabilities J w. It draws N
    examples; the i-th one is [draw i w], and has the distribution P. (The draws need not be
    independent of each other; nothing in the theorem asks for it.) *)
Definition drawn_from {W X : alphabet} (J : W -> R) (draw : W -> X) (P : X -> R) : Prop :=
  forall a, (Σ w, if same (draw w) a then J w else 0) = P a.

Definition sample_of {W X : alphabet} (N : nat) (draw : nat -> W -> X) (w : W) : list X :=
  map (fun i => draw i w) (seq 0 N).

(** Expectations, of a number and of a price. *)
Definition mean {W : alphabet} (J : W -> R) (f : W -> R) : R := Σ w, J w * f w.
Definition mean_price {W : alphabet} (J : W -> R) (g : W -> price) : price :=
  Total w, J w ⊙ g w.

(** The mean price of one draw is the price by its distribution. *)
Lemma mean_of_draw : forall (W X : alphabet) (J : W -> R) (draw : W -> X) P (g : X -> price),
  pmf J -> drawn_from J draw P ->
  mean_price J (fun w => g (draw w)) = (Total a, P a ⊙ g a).
Proof.
  intros W X J draw P g (N & _) D. unfold mean_price.
  rewrite (collect (outcomes W) J draw g N). apply total_ext. intros a _.
  unfold weight_of. rewrite D. reflexivity.
Qed.

(*@ thm-optimism e3761f746887d566
   if:   each of N > 0 examples is drawn from the pmf P; P^ holds the shares of the sample
   then: E[H(P^)] = H(P) - E[D(P^||P)] <= H(P); the expected divergence is a finite number
*)
Theorem optimism (W X : alphabet) (J : W -> R) (P : X -> R) (N : nat) (draw : nat -> W -> X) :
  pmf J -> pmf P -> (0 < N)%nat ->
  (forall i, (i < N)%nat -> drawn_from J (draw i) P) ->
  exists expected_KL : R,
    mean_price J (fun w => KL (share (sample_of N draw w)) P) = expected_KL
    /\ mean J (fun w => entropy (share (sample_of N draw w))) = entropy P - expected_KL
    /\ mean J (fun w => entropy (share (sample_of N draw w))) <= entropy P.
Proof.
  intros HJ HP HN D.
  set (S w := sample_of N draw w).
  assert (Len : forall w, length (S w) = N).
  { intros w. unfold S, sample_of. rewrite map_length, seq_length. reflexivity. }
  assert (Some : forall w, S w <> []).
  { intros w E. pose proof (Len w) as L. rewrite E in L. simpl in L. lia. }
  assert (RN : 0 < INR N) by (apply lt_0_INR; exact HN).
  assert (Own : cross_entropy P P = finite (entropy P)) by (apply floor_of_cross_entropy; auto).
  (* the mean price of the samples, paid by the true P, is H(P) *)
  assert (Paid : mean_price J (fun w => cross_entropy (share (S w)) P) = finite (entropy P)).
  { unfold cross_entropy at 1, mean_price.
    rewrite (total_ext _ _ (fun w => (1 / INR N) ⊙
      total (seq 0 N) (fun i => J w ⊙ surprisal (P (draw i w))))).
    - rewrite total_weigh, total_swap.
      rewrite (total_ext _ _ (fun _ => finite (entropy P))).
      + rewrite total_finite, add_up_const, seq_length, weigh_finite. f_equal. field. lra.
      + intros i I. rewrite <- Own. apply in_seq in I.
        apply (mean_of_draw W X J (draw i) P (fun a => surprisal (P a)) HJ). apply D. lia.
    - intros w _. rewrite <- (mean_is_weighted (S w) (fun a => surprisal (P a)) (Some w)).
      rewrite Len, total_weigh. unfold S, sample_of. rewrite total_map.
      rewrite !weigh_weigh, Rmult_comm. reflexivity. }
  (* it is the mean entropy and the mean divergence *)
  assert (Split : mean_price J (fun w => cross_entropy (share (S w)) P)
    = finite (mean J (fun w => entropy (share (S w))))
      ⊕ mean_price J (fun w => KL (share (S w)) P)).
  { unfold mean, mean_price. rewrite <- total_finite, <- total_add.
    apply total_ext. intros w _. rewrite <- weigh_finite, <- weigh_add. f_equal.
    apply price_is_floor_plus_waste, share_pmf, Some. }
  assert (Waste : finite 0 ≼ mean_price J (fun w => KL (share (S w)) P)).
  { unfold mean_price. rewrite <- (total_0 (outcomes W)). apply total_at_most. intros w _.
    apply at_most_trans with (J w ⊙ finite 0); [rewrite weigh_finite; simpl; lra |].
    apply at_most_weigh; [apply HJ |]. apply gibbs; [apply share_pmf, Some | exact HP]. }
  rewrite Paid in Split. fold S.
  destruct (mean_price J (fun w => KL (share (S w)) P)) as [d |]; [| discriminate].
  exists d. simpl in Split, Waste. injection Split as Split.
  change (fun w => entropy (share (sample_of N draw w))) with (fun w => entropy (share (S w))).
  split; [reflexivity |]. split; lra.
Qed.
