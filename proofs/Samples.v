(** * Samples: counts, shares, means

    What chapters 5 and 6 need of lists of examples: a mean over a list is a mean over the
    alphabet, with the shares as weights. *)

From Book Require Export Foundations.

(** How often the outcome a stands in a sample, as a share of its length: the p^ of the text. *)
Definition share {X : alphabet} (sample : list X) (a : X) : R :=
  INR (count_occ same sample a) / INR (length sample).

Lemma count_is_weight : forall {X : alphabet} (s : list X) a,
  INR (count_occ same s a) = weight_of s (fun _ => 1) (fun x => x) a.
Proof.
  intros X s a. unfold weight_of. induction s as [| x s IH]; [reflexivity |].
  simpl count_occ. simpl add_up. destruct (same x a); [rewrite S_INR |]; rewrite IH; ring.
Qed.

Lemma length_positive : forall {T} (s : list T), s <> [] -> 0 < INR (length s).
Proof. intros T [| x s] N; [congruence |]. apply lt_0_INR. simpl. lia. Qed.

(** Equation (6.1), and (5.4): the mean over a sample. *)
Lemma mean_is_weighted : forall {X : alphabet} (s : list X) (g : X -> price), s <> [] ->
  (1 / INR (length s)) ⊙ total s g = (Total a, share s a ⊙ g a).
Proof.
  intros X s g N. pose proof (length_positive s N).
  rewrite (total_ext s g (fun x => 1 ⊙ g x)) by (intros; rewrite weigh_1; reflexivity).
  rewrite (collect s (fun _ => 1) (fun x => x) g) by (intros; lra).
  rewrite <- total_weigh. apply total_ext. intros a _.
  rewrite weigh_weigh, <- count_is_weight. f_equal. unfold share. field. lra.
Qed.

Lemma share_pmf : forall {X : alphabet} (s : list X), s <> [] -> pmf (share s).
Proof.
  intros X s N. pose proof (length_positive s N) as L. split.
  - intros a. unfold share. apply Rmult_le_pos; [apply pos_INR |].
    apply Rlt_le, Rinv_0_lt_compat, L.
  - (* the mean of the price 1 is 1 *)
    pose proof (mean_is_weighted s (fun _ => finite 1) N) as M.
    rewrite (total_ext _ (fun a => share s a ⊙ finite 1) (fun a => finite (share s a))) in M
      by (intros; rewrite weigh_finite; f_equal; ring).
    rewrite !total_finite, add_up_const, weigh_finite in M. injection M as M.
    symmetry in M. transitivity (1 / INR (length s) * (INR (length s) * 1)); [exact M |].
    field. lra.
Qed.

Lemma share_positive : forall {X : alphabet} (s : list X) a, In a s <-> 0 < share s a.
Proof.
  intros X s a. rewrite (count_occ_In same). unfold share. split.
  - intros C. apply Rdiv_lt_0_compat; apply lt_0_INR; [exact C |].
    pose proof (count_occ_bound same a s). lia.
  - intros P. destruct (count_occ same s a); [simpl in P; unfold Rdiv in P; lra | lia].
Qed.
