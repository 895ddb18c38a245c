(** * Chapter 4: The coin *)

From Book Require Import Foundations CrossEntropy KLDivergence.

Lemma coin_pmf : forall p, 0 <= p <= 1 -> pmf (coin p).
Proof. intros p P. split; [intros []; simpl; lra | simpl; ring]. Qed.

Lemma same_coin : forall p q, (forall face, coin p face = coin q face) <-> q = p.
Proof.
  intros p q. split; [intros E; symmetry; exact (E true) | intros ->; reflexivity].
Qed.

(*@ thm-coin 80b5b8057140f02c
   if:   0 <= p <= 1; P is the coin that shows heads with the probability p
   then: for all 0 <= q <= 1, the coin Q with the probability q has H(P,Q) >= H(P) and
         D(P||Q) >= 0, each with equality at q = p and nowhere else: so both are smallest there,
         and their smallest values are H(P) and 0
*)
Theorem best_model_of_a_coin (p : R) :
  0 <= p <= 1 ->
  forall q, 0 <= q <= 1 ->
  (finite (entropy (coin p)) ≼ cross_entropy (coin p) (coin q)
   /\ (cross_entropy (coin p) (coin q) = entropy (coin p) <-> q = p))
  /\
  (finite 0 ≼ KL (coin p) (coin q)
   /\ (KL (coin p) (coin q) = 0 <-> q = p)).
Proof.
  intros HP q HQ. apply coin_pmf in HP. apply coin_pmf in HQ.
  pose proof (floor_of_cross_entropy faces (coin p) (coin q) HP HQ) as (F & FE).
  pose proof (gibbs faces (coin p) (coin q) HP HQ) as (G & GE).
  pose proof (same_coin p q) as S.
  assert (S' : (forall face, coin q face = coin p face) <-> q = p).
  { rewrite <- S. split; intros E face; symmetry; apply E. }
  rewrite S' in FE. rewrite S in GE. tauto.
Qed.
