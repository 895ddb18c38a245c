(** * Chapter 1: Entropy *)

From Book Require Import Foundations.

(** ** Only the logarithm will do *)

Lemma ln_half : ln (1 / 2) = - ln 2.
Proof. unfold Rdiv. rewrite Rmult_1_l, ln_Rinv; lra. Qed.

Lemma ln_2_positive : 0 < ln 2.
Proof. rewrite <- ln_1. apply ln_increasing; lra. Qed.

Lemma ln_power : forall t n, 0 < t -> ln (t ^ n) = INR n * ln t.
Proof.
  intros t n T. induction n as [| n IH]; [simpl; rewrite ln_1; ring |].
  rewrite S_INR. simpl. rewrite ln_mult, IH; [ring | exact T | apply pow_lt; exact T].
Qed.

Lemma power_in_unit : forall t n, 0 < t <= 1 -> 0 < t ^ n <= 1.
Proof.
  intros t n T. split; [apply pow_lt; lra |].
  rewrite <- (pow1 n). apply pow_incr. lra.
Qed.

Lemma ln_grows : forall a b, 0 < a -> a <= b -> ln a <= ln b.
Proof.
  intros a b A [L | ->]; [| lra]. pose proof (ln_increasing a b A L). lra.
Qed.

(** A whole number at or just below a number that is not negative. *)
Lemma whole_part : forall t, 0 <= t -> exists n : nat, INR n <= t <= INR n + 1.
Proof.
  intros t T. destruct (archimed t) as (A & B).
  assert (Z : (0 < up t)%Z) by (apply lt_IZR; simpl; lra).
  exists (Z.to_nat (up t - 1)).
  rewrite INR_IZR_INZ, Z2Nat.id by lia. rewrite minus_IZR. lra.
Qed.

(** Two numbers that differ by at most 1/m for every m are equal. *)
Lemma squeezed : forall a b,
  (forall m : nat, (0 < m)%nat -> INR m * Rabs (a - b) <= 1) -> a = b.
Proof.
  intros a b H. destruct (Req_dec a b) as [E | N]; [exact E |]. exfalso.
  assert (D : 0 < Rabs (a - b)) by (apply Rabs_pos_lt; lra).
  destruct (archimed_cor1 (Rabs (a - b)) D) as (m & L & M).
  specialize (H m M). assert (0 < INR m) by (apply lt_0_INR; exact M).
  apply (Rmult_lt_compat_l (INR m)) in L; [| assumption].
  rewrite Rinv_r in L by lra. lra.
Qed.

(*@ thm-surprisal 9afce54d792baba4
   if:   f is defined for 0 < p <= 1 (what it does elsewhere is never used);
         f never rises; f (a b) = f a + f b; f (1/2) = 1
   then: f p = -log2 p, that is -(ln p / ln 2)
*)
Theorem only_the_logarithm (f : R -> R) :
  (forall a b, 0 < a -> a <= b -> b <= 1 -> f b <= f a) ->
  (forall a b, 0 < a <= 1 -> 0 < b <= 1 -> f (a * b) = f a + f b) ->
  f (1 / 2) = 1 ->
  forall p, 0 < p <= 1 -> f p = - (ln p / ln 2).
Proof.
  intros Falls Adds Unit p P.
  (* f turns powers into multiples *)
  assert (F1 : f 1 = 0).
  { assert (E : f (1 * 1) = f 1 + f 1) by (apply Adds; lra). rewrite Rmult_1_l in E. lra. }
  assert (Power : forall t n, 0 < t <= 1 -> f (t ^ n) = INR n * f t).
  { intros t n T. induction n as [| n IH]; [simpl; lra |].
    rewrite S_INR. simpl. rewrite Adds, IH; [ring | exact T | apply power_in_unit; exact T]. }
  set (L := - (ln p / ln 2)). pose proof ln_2_positive as L2.
  assert (LnP : ln p = - (L * ln 2)) by (unfold L; field; lra).
  assert (PosL : 0 <= L).
  { assert (ln p <= 0) by (rewrite <- ln_1; apply ln_grows; lra).
    apply (Rmult_le_reg_r (ln 2)); lra. }
  apply squeezed. intros m M.
  (* p^m lies between two neighbouring powers of 1/2 *)
  destruct (whole_part (INR m * L)) as (n & Low & High);
    [apply Rmult_le_pos; [apply pos_INR | exact PosL] |].
  assert (Half : forall k, 0 < (1 / 2) ^ k <= 1) by (intros k; apply power_in_unit; lra).
  assert (Pm : 0 < p ^ m <= 1) by (apply power_in_unit; exact P).
  assert (Compare : forall a b, 0 < a -> 0 < b -> ln a <= ln b -> a <= b).
  { intros a b A B E. destruct (Rle_dec a b) as [Y | Y]; [exact Y |].
    pose proof (ln_increasing b a B). lra. }
  assert (A : p ^ m <= (1 / 2) ^ n).
  { apply Compare; [apply Pm | apply Half |].
    rewrite !ln_power, ln_half, LnP by lra. apply (Rmult_le_compat_r (ln 2)) in Low; lra. }
  assert (B : (1 / 2) ^ S n <= p ^ m).
  { apply Compare; [apply Half | apply Pm |].
    rewrite !ln_power, ln_half, LnP, S_INR by lra.
    apply (Rmult_le_compat_r (ln 2)) in High; lra. }
  (* so f of it lies between n and n + 1, as m L does *)
  apply Falls in A; [| apply Pm | apply Half].
  apply Falls in B; [| apply Half | apply Pm].
  rewrite !Power, Unit in A, B by lra. rewrite S_INR in B.
  rewrite <- (Rabs_right (INR m)), <- Rabs_mult by (apply Rle_ge, pos_INR).
  apply Rabs_le. lra.
Qed.

(** ** Bounds of entropy *)

(** The number of outcomes, the K of the text. *)
Definition size (X : alphabet) : R := INR (length (outcomes X)).

Lemma entropy_term_low : forall p, 0 <= p <= 1 -> 0 <= - (p * ln p).
Proof.
  intros p P. destruct (Req_dec p 0) as [-> | N]; [lra |].
  assert (L : ln p <= p - 1) by (apply ln_below_tangent; lra).
  assert (0 <= p * - ln p) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma entropy_term_zero : forall p, 0 <= p <= 1 -> - (p * ln p) = 0 -> p = 0 \/ p = 1.
Proof.
  intros p P E. destruct (Req_dec p 0) as [Z | N]; [left; exact Z | right].
  assert (L : ln p = 0) by (apply (Rmult_eq_reg_l p); lra).
  apply ln_inv; [lra | lra | rewrite ln_1; exact L].
Qed.

Lemma nonempty : forall (X : alphabet) (P : X -> R), pmf P -> 0 < size X.
Proof.
  intros X P (_ & S). unfold size. destruct (outcomes X); simpl in S; [lra |].
  apply lt_0_INR. simpl. lia.
Qed.

(** One term of ln K - H(P): how far the term of P lies above its tangent at 1/K. *)
Lemma uniform_term : forall p k, 0 <= p -> 0 < k ->
  - (p * ln p) <= p * ln k - p + 1 / k /\
  (- (p * ln p) = p * ln k - p + 1 / k -> p = 1 / k).
Proof.
  intros p k P K. assert (0 < 1 / k) by (apply Rdiv_lt_0_compat; lra).
  assert (T : finite (p * ln 1 + p - 1 / k * 1) ≼ p ⊙ log_ratio p (1 / k))
    by (apply term_above_tangent; lra).
  assert (U : p ⊙ log_ratio p (1 / k) = finite (p * ln 1 + p - 1 / k * 1) -> p = 1 / k * 1)
    by (apply term_touches_tangent; lra).
  assert (V : p ⊙ log_ratio p (1 / k) = finite (p * ln p + p * ln k)).
  { destruct (Req_dec p 0) as [-> | N]; [rewrite weigh_0; f_equal; ring |].
    unfold log_ratio. destruct (Rle_dec (1 / k) 0); [lra |].
    rewrite weigh_finite, ln_ratio by lra. f_equal.
    replace (ln (1 / k)) with (- ln k) by (unfold Rdiv; rewrite Rmult_1_l, ln_Rinv; lra).
    ring. }
  rewrite V, ln_1 in *. simpl in T. split; [lra |].
  intros E. rewrite U; [ring |]. f_equal. lra.
Qed.

(*@ thm-bounds a43b97f4b380dd79
   if:   P is a pmf on K outcomes
   then: 0 <= H(P) <= ln K; H(P) = 0 exactly when one outcome has probability 1;
         H(P) = ln K exactly when every outcome has probability 1/K
*)
Theorem bounds_of_entropy (X : alphabet) (P : X -> R) :
  pmf P ->
  0 <= entropy P <= ln (size X)
  /\ (entropy P = 0 <-> exists x, P x = 1)
  /\ (entropy P = ln (size X) <-> forall x, P x = 1 / size X).
Proof.
  intros HP. pose proof HP as (NP & _).
  pose proof (whole P HP) as SP. pose proof (nonempty X P HP) as K.
  assert (Unit : forall x, 0 <= P x <= 1).
  { intros x. split; [apply NP | apply pmf_at_most_1; exact HP]. }
  assert (Terms : forall x, 0 <= - (P x * ln (P x)))
    by (intros x; apply entropy_term_low; apply Unit).
  (* the uniform bound, summed: Σ p ln K - p + 1/K = ln K *)
  set (u x := P x * ln (size X) - P x + 1 / size X).
  assert (SU : add_up (outcomes X) u = ln (size X)).
  { unfold u.
    rewrite (add_up_ext _ _ (fun x => (ln (size X) - 1) * P x + 1 / size X)) by (intros; ring).
    rewrite add_up_plus, add_up_times, add_up_const, SP. fold (size X). field. lra. }
  split; [split |].
  - apply add_up_nonneg. exact Terms.
  - rewrite <- SU. apply add_up_le. intros x _. apply uniform_term; auto.
  - split; split.
    + intros E. destruct (add_up_positive (outcomes X) P NP) as (x & J & Px); [lra |].
      exists x. pose proof (add_up_zero (outcomes X) _ Terms E x J) as Z.
      destruct (entropy_term_zero (P x) (Unit x) Z); lra.
    + intros (a & A).
      (* nothing is left for the others *)
      assert (Others : forall x, P x = 0 \/ P x = 1).
      { intros x. destruct (same a x) as [<- | D]; [right; exact A | left].
        assert (S : (Σ y, if same a y then 1 else 0) = 1).
        { apply (add_up_single _ same a (fun _ => 1) (once X)), complete. }
        assert (G : forall y, (if same a y then 1 else 0) <= P y).
        { intros y. destruct (same a y) as [<- | _]; [lra | apply NP]. }
        pose proof (add_up_tight (outcomes X) (fun y => if same a y then 1 else 0) P
          (fun y _ => G y)) as T.
        specialize (T ltac:(lra) x (complete X x)). simpl in T.
        destruct (same a x); [contradiction | symmetry; exact T]. }
      unfold entropy. rewrite (add_up_ext _ _ (fun _ => 0)); [apply add_up_0 |].
      intros x _. destruct (Others x) as [-> | ->]; [| rewrite ln_1]; ring.
    + intros E x. apply uniform_term; auto.
      apply (add_up_tight (outcomes X) (fun y => - (P y * ln (P y))) u).
      * intros y _. apply uniform_term; auto.
      * rewrite SU. unfold entropy in E. lra.
      * apply complete.
    + intros E. unfold entropy. rewrite (add_up_ext _ _ (fun _ => 1 / size X * ln (size X))).
      * rewrite add_up_const. fold (size X). field. lra.
      * intros x _. rewrite E. unfold Rdiv. rewrite Rmult_1_l, ln_Rinv by exact K. ring.
Qed.
