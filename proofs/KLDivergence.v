(** * Chapter 3: KL divergence *)

From Book Require Import Foundations CrossEntropy.

(*@ thm-gibbs d8f81dfdef8c33b7
   if:   P and Q are pmfs on the same finite alphabet
   then: D(P||Q) >= 0, with equality exactly when P = Q
*)
Theorem gibbs (X : alphabet) (P Q : X -> R) :
  pmf P -> pmf Q ->
  finite 0 ≼ KL P Q
  /\ (KL P Q = 0 <-> forall x, P x = Q x).
Proof.
  (* both halves are in CrossEntropy.v, where the floor needs them first *)
  intros HP HQ. split; [apply gibbs_inequality | apply gibbs_equality]; assumption.
Qed.
