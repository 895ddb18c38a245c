(** * Chapter 5: One-hot labels, logits, data sets *)

From Book Require Import Foundations Entropy CrossEntropy KLFurther Samples.

(** ** One-hot labels *)

(*@ thm-one-hot 4bd8ad91bef31fd6
   if:   P puts all its probability on one class y; Q is a pmf on the same classes
   then: H(P) = 0; D(P||Q) = H(P,Q); this is -ln q_y, and infinite if q_y = 0
*)
Theorem one_hot_labels (X : alphabet) (P Q : X -> R) (y : X) :
  pmf P -> P y = 1 -> pmf Q ->
  entropy P = 0
  /\ KL P Q = cross_entropy P Q
  /\ (0 < Q y -> cross_entropy P Q = - ln (Q y))
  /\ (Q y = 0 -> cross_entropy P Q = infinite).
Proof.
  intros HP Y HQ.
  assert (H0 : entropy P = 0) by (apply bounds_of_entropy; [exact HP | exists y; exact Y]).
  assert (Others : forall x, P x = if same y x then 1 else 0).
  { intros x. symmetry.
    apply (add_up_tight (outcomes X) (fun z => if same y z then 1 else 0) P);
      [| | apply complete].
    - intros z _. destruct (same y z) as [<- | _]; [lra | apply HP].
    - rewrite (add_up_single _ same y (fun _ => 1) (once X)) by apply complete.
      rewrite whole by exact HP. lra. }
  assert (HPQ : cross_entropy P Q = surprisal (Q y)).
  { unfold cross_entropy.
    rewrite (total_ext _ _ (fun x => if same y x then surprisal (Q x) else finite 0)).
    - apply (total_single _ same y (fun x => surprisal (Q x)) (once X)), complete.
    - intros x _. rewrite Others. destruct (same y x); [apply weigh_1 | apply weigh_0]. }
  split; [exact H0 |]. split; [| split].
  - rewrite price_is_floor_plus_waste, H0, add_0 by exact HP. reflexivity.
  - intros L. rewrite HPQ. unfold surprisal. destruct (Rle_dec (Q y) 0); [lra | reflexivity].
  - intros Z. rewrite HPQ. unfold surprisal. destruct (Rle_dec (Q y) 0); [reflexivity | lra].
Qed.

(** ** Forecast minus label *)

Definition softmax {X : alphabet} (z : X -> R) (k : X) : R := exp (z k) / (Σ j, exp (z j)).

(** The logits z, but with t in the place of the logit of class k. *)
Definition with_logit {X : alphabet} (z : X -> R) (k : X) (t : R) (j : X) : R :=
  if same k j then t else z j.

Lemma exps_positive : forall (X : alphabet) (z : X -> R), X -> 0 < (Σ j, exp (z j)).
Proof.
  intros X z k. apply Rlt_le_trans with (exp (z k)); [apply exp_pos |].
  apply (add_up_member (outcomes X) (fun j => exp (z j))); [| apply complete].
  intros j. apply Rlt_le, exp_pos.
Qed.

Lemma price_of_logits : forall (X : alphabet) (P z : X -> R), X -> pmf P ->
  cross_entropy P (softmax z) = finite (ln (Σ j, exp (z j)) - (Σ j, P j * z j)).
Proof.
  intros X P z k HP. pose proof (exps_positive X z k) as S.
  unfold cross_entropy. rewrite (total_ext _ _
    (fun x => finite (ln (Σ j, exp (z j)) * P x + -1 * (P x * z x)))).
  - rewrite total_finite, add_up_plus, !add_up_times, (whole P HP). f_equal. ring.
  - intros x _. unfold surprisal, softmax.
    assert (0 < exp (z x) / (Σ j, exp (z j)))
      by (apply Rdiv_lt_0_compat; [apply exp_pos | exact S]).
    destruct (Rle_dec (exp (z x) / (Σ j, exp (z j))) 0); [lra |].
    rewrite weigh_finite, ln_ratio, ln_exp by (apply exp_pos || exact S). f_equal. ring.
Qed.

(** A sum is differentiated term by term; here only the terms of class k move. *)
Lemma derive_sum : forall {T} (l : list T) (f : R -> T -> R) (d : T -> R) t,
  (forall j, derivable_pt_lim (fun s => f s j) t (d j)) ->
  derivable_pt_lim (fun s => add_up l (f s)) t (add_up l d).
Proof.
  intros T l f d t D. induction l as [| j l IH]; simpl; [apply derivable_pt_lim_const |].
  apply (derivable_pt_lim_plus (fun s => f s j) (fun s => add_up l (f s)) t _ _ (D j) IH).
Qed.

Lemma derive_exps : forall (X : alphabet) (z : X -> R) k t,
  derivable_pt_lim (fun s => Σ j, exp (with_logit z k s j)) t (exp t).
Proof.
  intros X z k t.
  apply (slope _ _ (Σ j, if same k j then exp t else 0)).
  - apply derive_sum. intros j. unfold with_logit.
    destruct (same k j); [apply derivable_pt_lim_exp | apply derivable_pt_lim_const].
  - apply (add_up_single _ same k (fun _ => exp t) (once X)), complete.
Qed.

Lemma derive_mean_logit : forall (X : alphabet) (P z : X -> R) k t,
  derivable_pt_lim (fun s => Σ j, P j * with_logit z k s j) t (P k).
Proof.
  intros X P z k t.
  apply (slope _ _ (Σ j, if same k j then P j else 0)).
  - apply derive_sum. intros j. unfold with_logit. destruct (same k j).
    + apply (slope _ _ (P j * 1)); [| ring].
      apply (derivable_pt_lim_scal (fun s => s)), derivable_pt_lim_id.
    + apply derivable_pt_lim_const.
  - apply (add_up_single _ same k P (once X)), complete.
Qed.

(*@ thm-logit-gradient a1619395616c39b8
   if:   P is a fixed pmf; q = softmax(z), the logits z being real numbers
   then: H(P,Q), as a function of the logit of class k alone, is finite and has at z_k the
         derivative q_k - p_k
*)
Theorem forecast_minus_label (X : alphabet) (P z : X -> R) (k : X) :
  pmf P ->
  exists price_at : R -> R,
    (forall t, cross_entropy P (softmax (with_logit z k t)) = price_at t)
    /\ derivable_pt_lim price_at (z k) (softmax z k - P k).
Proof.
  intros HP.
  exists (fun t => ln (Σ j, exp (with_logit z k t j)) - (Σ j, P j * with_logit z k t j)).
  split; [intros t; apply price_of_logits; assumption |].
  assert (Back : forall j, with_logit z k (z k) j = z j).
  { intros j. unfold with_logit. destruct (same k j) as [<- |]; reflexivity. }
  assert (S : (Σ j, exp (with_logit z k (z k) j)) = (Σ j, exp (z j))).
  { apply add_up_ext. intros j _. rewrite Back. reflexivity. }
  apply (derivable_pt_lim_minus (fun t => ln (Σ j, exp (with_logit z k t j)))
    (fun t => Σ j, P j * with_logit z k t j)); [| apply derive_mean_logit].
  apply (slope _ _ (/ (Σ j, exp (with_logit z k (z k) j)) * exp (z k))).
  - apply (derivable_pt_lim_comp (fun t => Σ j, exp (with_logit z k t j)) ln);
      [apply derive_exps | apply derivable_pt_lim_ln].
    apply (exps_positive X (with_logit z k (z k)) k).
  - rewrite S. unfold softmax, Rdiv. ring.
Qed.

(** ** The floor of a data set *)

(** The loss of one example, and the mean loss of all examples. *)
Definition mean_loss {X Y : alphabet} (data : list (pairs X Y)) (Q : X -> Y -> R) : price :=
  (1 / INR (length data)) ⊙
  total data (fun example => surprisal (Q (fst example) (snd example))).

(** The share of the examples with the input x is [first (share data) x], and [given (share
    data) x] holds the shares of the classes among them. *)
Lemma mean_loss_by_input : forall (X Y : alphabet) (data : list (pairs X Y)) Q, data <> [] ->
  mean_loss data Q
  = (Total x, first (share data) x ⊙ cross_entropy (given (share data) x) (Q x)).
Proof.
  intros X Y data Q N. pose proof (share_pmf data N) as HS. unfold mean_loss.
  rewrite (mean_is_weighted data (fun e => surprisal (Q (fst e) (snd e))) N).
  rewrite total_pairs. apply total_ext. intros x _.
  unfold cross_entropy. rewrite <- total_weigh. apply total_ext. intros y _.
  simpl fst. simpl snd.
  rewrite weigh_weigh. f_equal. unfold given.
  destruct (Req_dec (first (share data) x) 0) as [Z | F].
  - rewrite (first_zero (share data) x HS Z y), Z. ring.
  - field. exact F.
Qed.

Lemma occurs_first : forall (X Y : alphabet) (data : list (pairs X Y)) x, data <> [] ->
  (In x (map fst data) <-> 0 < first (share data) x).
Proof.
  intros X Y data x N. pose proof (share_pmf data N) as (NS & _).
  rewrite in_map_iff. split.
  - intros ((a & y) & <- & J). apply (share_positive data) in J. simpl in J |- *.
    apply Rlt_le_trans with (1 := J).
    apply (add_up_member (outcomes Y) (fun y => share data (a, y))); auto. apply complete.
  - intros P.
    destruct (add_up_positive (outcomes Y) (fun y => share data (x, y))) as (y & _ & S);
      [intros; apply NS | exact P |].
    exists (x, y). split; [reflexivity |].
    apply (share_positive (X := pairs X Y) data (x, y)). exact S.
Qed.

(*@ thm-data-floor d75ebe34d026eb16
   if:   N > 0 examples (x_i, y_i); for every input x the forecast Q x is a pmf of the classes
         (the alphabet X of inputs may hold just those that occur: it is finite)
   then: the mean loss is at least the sum over x of p^(x) H(P^(.|x)), and equality holds
         exactly when Q x = P^(.|x) for every input x that occurs
*)
Theorem floor_of_a_data_set (X Y : alphabet) (data : list (pairs X Y)) (Q : X -> Y -> R) :
  data <> [] -> (forall x, pmf (Q x)) ->
  finite (Σ x, first (share data) x * entropy (given (share data) x)) ≼ mean_loss data Q
  /\ (mean_loss data Q = (Σ x, first (share data) x * entropy (given (share data) x))
      <-> forall x, In x (map fst data) -> forall y, Q x y = given (share data) x y).
Proof.
  intros N HQ. pose proof (share_pmf data N) as HS. pose proof (first_pmf _ HS) as HF.
  rewrite mean_loss_by_input by exact N.
  set (w := first (share data)) in *. set (C := given (share data)).
  assert (Floor : forall x, 0 < w x ->
    finite (entropy (C x)) ≼ cross_entropy (C x) (Q x)
    /\ (cross_entropy (C x) (Q x) = entropy (C x) <-> forall y, Q x y = C x y)).
  { intros x W. apply floor_of_cross_entropy; [apply given_pmf; assumption | apply HQ]. }
  assert (Rows : forall x, In x (outcomes X) ->
    finite (w x * entropy (C x)) ≼ w x ⊙ cross_entropy (C x) (Q x)).
  { intros x _. rewrite <- weigh_finite. destruct (Req_dec (w x) 0) as [-> | W].
    - rewrite !weigh_0. apply at_most_refl.
    - pose proof (proj1 HF x). apply at_most_weigh; [assumption |]. apply Floor. lra. }
  assert (Occurs : forall x, In x (map fst data) <-> 0 < w x)
    by (intros x; exact (occurs_first X Y data x N)).
  split; [rewrite <- total_finite; apply total_at_most; exact Rows |]. split.
  - intros E x J. apply Occurs in J. apply Floor; [exact J |].
    assert (T : w x ⊙ cross_entropy (C x) (Q x) = finite (w x * entropy (C x))).
    { apply (total_tight (outcomes X) (fun x => w x * entropy (C x))
        (fun x => w x ⊙ cross_entropy (C x) (Q x)) Rows); [| apply complete].
      rewrite E. apply at_most_refl. }
    destruct (cross_entropy (C x) (Q x)) as [r |].
    + rewrite weigh_finite in T. injection T as T. f_equal. apply (Rmult_eq_reg_l (w x)); lra.
    + rewrite weigh_infinite in T by lra. discriminate.
  - intros E. rewrite <- total_finite. apply total_ext. intros x _. rewrite <- weigh_finite.
    destruct (Req_dec (w x) 0) as [-> | W]; [rewrite !weigh_0; reflexivity |].
    f_equal. pose proof (proj1 HF x). apply Floor; [lra |]. apply E, Occurs. lra.
Qed.
