(** * Foundations: finite alphabets, sums, prices that may be infinite

    What the book defines in words, defined for the machine. All information is in nats here;
    another unit divides everything by one positive number, see [change_of_unit] at the end of
    the definitions. The lemmas after them are bookkeeping: whoever wants to read theorems may
    go on to [Entropy.v] from there. *)

From Coq Require Export Reals List Lra Lia.
Export ListNotations.
Open Scope R_scope.

(** ** Definitions *)

(** An alphabet is a finite list of outcomes: every outcome stands in the list, none stands
    there twice, and it can be decided whether two outcomes are the same. *)
Record alphabet := {
  outcome :> Type;
  outcomes : list outcome;
  complete : forall x, In x outcomes;
  once : NoDup outcomes;
  same : forall x y : outcome, {x = y} + {x <> y}
}.
Arguments same {_}.

(** The sum of [f x] over a list, and over a whole alphabet: [Σ x, f x]. *)
Fixpoint add_up {T} (l : list T) (f : T -> R) : R :=
  match l with [] => 0 | x :: rest => f x + add_up rest f end.
Notation "'Σ' x , e" := (add_up (outcomes _) (fun x => e))
  (at level 200, x name, e at level 200).

(** A pmf: no probability is negative, and together they are 1. *)
Definition pmf {X : alphabet} (P : X -> R) : Prop :=
  (forall x, 0 <= P x) /\ (Σ x, P x) = 1.

(** A price is a real number or infinite. *)
Inductive price := finite (r : R) | infinite.
Coercion finite : R >-> price.

(** [a ⊕ b] adds two prices. *)
Definition add (a b : price) : price :=
  match a, b with finite r, finite s => r + s | _, _ => infinite end.
Infix "⊕" := add (at level 50, left associativity).

(** [w ⊙ a] counts the price [a] with the weight [w]. An outcome with the weight 0 adds
    nothing to an average, even if its price is infinite: the book's 0 · ∞ = 0. *)
Definition weigh (w : R) (a : price) : price :=
  if Req_EM_T w 0 then 0 else match a with finite r => w * r | infinite => infinite end.
Infix "⊙" := weigh (at level 40, left associativity).

(** [a ≼ b]: the price [a] is at most [b]. *)
Definition at_most (a b : price) : Prop :=
  match a, b with
  | _, infinite => True
  | infinite, finite _ => False
  | finite r, finite s => r <= s
  end.
Infix "≼" := at_most (at level 70, no associativity).

(** The sum of prices over a list, and over a whole alphabet: [Total x, g x]. *)
Fixpoint total {T} (l : list T) (g : T -> price) : price :=
  match l with [] => 0 | x :: rest => g x ⊕ total rest g end.
Notation "'Total' x , e" := (total (outcomes _) (fun x => e))
  (at level 200, x name, e at level 200).

(** The surprisal of an outcome with the probability [q], and the logarithm of a ratio: both
    are infinite at [q = 0]. (No probability is below 0.) *)
Definition surprisal (q : R) : price := if Rle_dec q 0 then infinite else - ln q.
Definition log_ratio (p q : R) : price := if Rle_dec q 0 then infinite else ln (p / q).

(** Entropy, cross-entropy, KL divergence. Entropy is always finite. In Coq [ln 0] is some
    number, and 0 times it is 0, as the book wants. *)
Definition entropy {X : alphabet} (P : X -> R) : R := Σ x, - (P x * ln (P x)).
Definition cross_entropy {X : alphabet} (P Q : X -> R) : price :=
  Total x, P x ⊙ surprisal (Q x).
Definition KL {X : alphabet} (P Q : X -> R) : price :=
  Total x, P x ⊙ log_ratio (P x) (Q x).

(** With logarithms to another base [b], entropy is the same number divided by [ln b]. *)
Lemma change_of_unit : forall (X : alphabet) (P : X -> R) (b : R), 1 < b ->
  (Σ x, - (P x * (ln (P x) / ln b))) = entropy P / ln b.
Proof.
  intros X P b _. unfold entropy. induction (outcomes X) as [| x l IH]; simpl.
  - unfold Rdiv. ring.
  - rewrite IH. unfold Rdiv. ring.
Qed.

(** The alphabet of pairs. *)
Lemma pairs_complete : forall (X Y : alphabet) (z : X * Y),
  In z (list_prod (outcomes X) (outcomes Y)).
Proof. intros X Y [x y]. apply in_prod; apply complete. Qed.

Lemma pairs_once : forall {X Y : Type} (l : list X) (m : list Y),
  NoDup l -> NoDup m -> NoDup (list_prod l m).
Proof.
  intros X Y l m L M. induction L as [| x l N L IH]; simpl; [constructor |].
  assert (A : forall k : list (X * Y), NoDup k -> (forall y, ~ In (x, y) k) ->
    NoDup (map (fun y => (x, y)) m ++ k)).
  { clear IH. intros k K D. induction M as [| y m I M IHM]; simpl; [exact K |].
    constructor; [| exact IHM].
    rewrite in_app_iff, in_map_iff. intros [(y' & E & J) | J].
    - inversion E; subst. contradiction.
    - exact (D y J). }
  apply A; [exact IH |]. intros y J. apply in_prod_iff in J. tauto.
Qed.

Definition pairs (X Y : alphabet) : alphabet.
Proof.
  refine {| outcome := X * Y; outcomes := list_prod (outcomes X) (outcomes Y);
            complete := pairs_complete X Y;
            once := pairs_once _ _ (once X) (once Y) |}.
  decide equality; apply same.
Defined.

(** The two faces of a coin, and the coin that shows heads with the probability [p]. *)
Definition faces : alphabet.
Proof.
  refine {| outcome := bool; outcomes := [true; false] |}.
  - intros []; simpl; tauto.
  - repeat constructor; simpl; intuition discriminate.
  - decide equality.
Defined.

Definition coin (p : R) (heads : faces) : R := if heads then p else 1 - p.

(** ** Sums *)

Section Sums.
Context {T : Type}.
Implicit Types (l : list T) (f g : T -> R).

Lemma add_up_ext : forall l f g, (forall x, In x l -> f x = g x) -> add_up l f = add_up l g.
Proof.
  intros l f g H. induction l as [| x l IH]; simpl; [reflexivity |].
  rewrite (H x) by (left; reflexivity). rewrite IH; [reflexivity |].
  intros y J. apply H. right. exact J.
Qed.

Lemma add_up_plus : forall l f g, add_up l (fun x => f x + g x) = add_up l f + add_up l g.
Proof. intros l f g. induction l as [| x l IH]; simpl; [| rewrite IH]; ring. Qed.

Lemma add_up_times : forall l f c, add_up l (fun x => c * f x) = c * add_up l f.
Proof. intros l f c. induction l as [| x l IH]; simpl; [| rewrite IH]; ring. Qed.

Lemma add_up_le : forall l f g, (forall x, In x l -> f x <= g x) -> add_up l f <= add_up l g.
Proof.
  intros l f g H. induction l as [| x l IH]; simpl; [lra |].
  pose proof (H x (or_introl eq_refl)).
  assert (add_up l f <= add_up l g) by (apply IH; intros y J; apply H; right; exact J). lra.
Qed.

Lemma add_up_0 : forall l, add_up l (fun _ => 0) = 0.
Proof. intros l. induction l as [| x l IH]; simpl; [| rewrite IH]; ring. Qed.

Lemma add_up_const : forall l c, add_up l (fun _ => c) = INR (length l) * c.
Proof.
  intros l c. induction l as [| x l IH]; [simpl; ring |].
  change (length (x :: l)) with (S (length l)). rewrite S_INR. simpl. rewrite IH. ring.
Qed.

Lemma add_up_nonneg : forall l f, (forall x, 0 <= f x) -> 0 <= add_up l f.
Proof.
  intros l f H. rewrite <- (add_up_0 l). apply add_up_le. intros x _. apply H.
Qed.

(** A sum that equals a termwise smaller one has the same terms. *)
Lemma add_up_tight : forall l f g, (forall x, In x l -> f x <= g x) ->
  add_up l g <= add_up l f -> forall x, In x l -> f x = g x.
Proof.
  intros l f g H. induction l as [| x l IH]; simpl; [tauto |]. intros E y J.
  pose proof (H x (or_introl eq_refl)) as Hx.
  assert (Hl : forall z, In z l -> f z <= g z) by (intros z Z; apply H; right; exact Z).
  pose proof (add_up_le l f g Hl).
  destruct J as [<- | J]; [lra |]. apply IH; [exact Hl | lra | exact J].
Qed.

Lemma add_up_zero : forall l f, (forall x, 0 <= f x) -> add_up l f = 0 ->
  forall x, In x l -> f x = 0.
Proof.
  intros l f H E x J. symmetry. apply (add_up_tight l (fun _ => 0) f); auto.
  rewrite add_up_0. lra.
Qed.

Lemma add_up_member : forall l f x, (forall y, 0 <= f y) -> In x l -> f x <= add_up l f.
Proof.
  intros l f x H. induction l as [| y l IH]; simpl; [tauto |].
  pose proof (add_up_nonneg l f H). pose proof (H y).
  intros [-> | J]; [lra |]. specialize (IH J). lra.
Qed.

Lemma add_up_positive : forall l f, (forall x, 0 <= f x) -> 0 < add_up l f ->
  exists x, In x l /\ 0 < f x.
Proof.
  intros l f H. induction l as [| x l IH]; simpl; [lra |]. intros E.
  destruct (Rlt_dec 0 (f x)) as [P | N]; [exists x; tauto |].
  destruct IH as (y & J & P); [pose proof (H x); lra | exists y; tauto].
Qed.

End Sums.

Lemma add_up_swap : forall {S T} (l : list S) (m : list T) f,
  add_up l (fun x => add_up m (fun y => f x y)) = add_up m (fun y => add_up l (fun x => f x y)).
Proof.
  intros S T l m f. induction l as [| x l IH]; simpl; [symmetry; apply add_up_0 |].
  rewrite IH. symmetry. apply add_up_plus.
Qed.

Lemma add_up_app : forall {T} (l m : list T) f,
  add_up (l ++ m) f = add_up l f + add_up m f.
Proof. intros T l m f. induction l as [| x l IH]; simpl; [| rewrite IH]; ring. Qed.

Lemma add_up_map : forall {S T} (h : S -> T) l f,
  add_up (map h l) f = add_up l (fun x => f (h x)).
Proof. intros S T h l f. induction l as [| x l IH]; simpl; [| rewrite IH]; ring. Qed.

Lemma add_up_pairs : forall {X Y : alphabet} (f : pairs X Y -> R),
  (Σ z, f z) = (Σ x, Σ y, f (x, y)).
Proof.
  intros X Y f. simpl. induction (outcomes X) as [| x l IH]; simpl; [reflexivity |].
  rewrite add_up_app, IH, add_up_map. reflexivity.
Qed.

(** Of a sum over the alphabet only one term is left when all others are 0. *)
Lemma add_up_single : forall {T} (l : list T) (d : forall x y : T, {x = y} + {x <> y}) a c,
  NoDup l -> In a l -> add_up l (fun x => if d a x then c x else 0) = c a.
Proof.
  intros T l d a c N. induction N as [| x l I N IH]; simpl; [tauto |].
  intros [-> | J].
  - destruct (d a a) as [_ | D]; [| congruence].
    rewrite (add_up_ext l _ (fun _ => 0)); [rewrite add_up_0; ring |].
    intros y K. destruct (d a y); [subst; contradiction | reflexivity].
  - rewrite (IH J). destruct (d a x); [subst; contradiction | ring].
Qed.

(** ** Prices *)

Ltac prices := repeat match goal with
  | |- context [Req_EM_T ?a ?b] => destruct (Req_EM_T a b)
  | H : context [Req_EM_T ?a ?b] |- _ => destruct (Req_EM_T a b)
  end.

Lemma weigh_finite : forall w r, w ⊙ finite r = finite (w * r).
Proof. intros. unfold weigh. prices; f_equal. subst. ring. Qed.

Lemma weigh_0 : forall a, 0 ⊙ a = finite 0.
Proof. intros. unfold weigh. prices; congruence. Qed.

Lemma weigh_1 : forall a, 1 ⊙ a = a.
Proof. intros [r |]; unfold weigh; prices; try lra; try reflexivity; f_equal; ring. Qed.

Lemma weigh_infinite : forall w, w <> 0 -> w ⊙ infinite = infinite.
Proof. intros. unfold weigh. prices; congruence. Qed.

Lemma weigh_add : forall w a b, w ⊙ (a ⊕ b) = w ⊙ a ⊕ w ⊙ b.
Proof. intros w [r |] [s |]; unfold weigh, add; prices; try reflexivity; f_equal; ring. Qed.

Lemma weigh_plus : forall v w a, 0 <= v -> 0 <= w -> (v + w) ⊙ a = v ⊙ a ⊕ w ⊙ a.
Proof.
  intros v w [r |] V W; unfold weigh, add; prices; subst; try lra; try reflexivity;
    f_equal; try ring.
Qed.

Lemma weigh_weigh : forall v w a, v ⊙ (w ⊙ a) = (v * w) ⊙ a.
Proof.
  intros v w a. destruct (Req_dec w 0) as [-> | W].
  { rewrite weigh_0, weigh_finite, !Rmult_0_r, weigh_0. reflexivity. }
  destruct (Req_dec v 0) as [-> | V].
  { rewrite Rmult_0_l, !weigh_0. reflexivity. }
  destruct a as [r |].
  - rewrite !weigh_finite. f_equal. ring.
  - rewrite !weigh_infinite; auto with real.
Qed.

Lemma add_comm : forall a b, a ⊕ b = b ⊕ a.
Proof. intros [r |] [s |]; simpl; try reflexivity; f_equal; ring. Qed.

Lemma add_assoc : forall a b c, a ⊕ (b ⊕ c) = a ⊕ b ⊕ c.
Proof. intros [r |] [s |] [t |]; simpl; try reflexivity; f_equal; ring. Qed.

Lemma add_0 : forall a, finite 0 ⊕ a = a.
Proof. intros [r |]; simpl; try reflexivity; f_equal; ring. Qed.

Lemma add_infinite : forall a, a ⊕ infinite = infinite.
Proof. intros [r |]; reflexivity. Qed.

Lemma at_most_refl : forall a, a ≼ a.
Proof. intros [r |]; simpl; auto; lra. Qed.

Lemma at_most_infinite : forall a, a ≼ infinite.
Proof. intros [r |]; exact I. Qed.

Lemma at_most_trans : forall a b c, a ≼ b -> b ≼ c -> a ≼ c.
Proof. intros [r |] [s |] [t |]; simpl; try tauto; lra. Qed.

Lemma at_most_add : forall a b c d, a ≼ b -> c ≼ d -> a ⊕ c ≼ b ⊕ d.
Proof. intros [r |] [s |] [t |] [u |]; simpl; try tauto; lra. Qed.

Lemma at_most_weigh : forall w a b, 0 <= w -> a ≼ b -> w ⊙ a ≼ w ⊙ b.
Proof.
  intros w [r |] [s |] W; unfold weigh; prices; simpl; try tauto; try lra.
  intros. apply Rmult_le_compat_l; lra.
Qed.

Section Totals.
Context {T : Type}.
Implicit Types (l : list T) (g h : T -> price).

Lemma total_ext : forall l g h, (forall x, In x l -> g x = h x) -> total l g = total l h.
Proof.
  intros l g h H. induction l as [| x l IH]; simpl; [reflexivity |].
  rewrite (H x) by (left; reflexivity). rewrite IH; [reflexivity |].
  intros y J. apply H. right. exact J.
Qed.

Lemma total_add : forall l g h, total l (fun x => g x ⊕ h x) = total l g ⊕ total l h.
Proof.
  intros l g h. induction l as [| x l IH]; simpl; [f_equal; ring |].
  rewrite IH, <- !add_assoc. f_equal. rewrite !add_assoc. f_equal. apply add_comm.
Qed.

Lemma total_weigh : forall l w g, total l (fun x => w ⊙ g x) = w ⊙ total l g.
Proof.
  intros l w g. induction l as [| x l IH]; simpl.
  - rewrite weigh_finite. f_equal. ring.
  - rewrite IH, weigh_add. reflexivity.
Qed.

Lemma total_finite : forall l f, total l (fun x => finite (f x)) = finite (add_up l f).
Proof. intros l f. induction l as [| x l IH]; simpl; [| rewrite IH]; reflexivity. Qed.

Lemma total_infinite : forall l g x, In x l -> g x = infinite -> total l g = infinite.
Proof.
  intros l g x. induction l as [| y l IH]; simpl; [tauto |].
  intros [-> | J] E; [rewrite E; reflexivity |]. rewrite IH by assumption. apply add_infinite.
Qed.

Lemma total_at_most : forall l g h, (forall x, In x l -> g x ≼ h x) ->
  total l g ≼ total l h.
Proof.
  intros l g h H. induction l as [| x l IH]; simpl; [lra |].
  apply at_most_add; [apply H; left; reflexivity |].
  apply IH. intros y J. apply H. right. exact J.
Qed.

(** Prices that have together no more than their lower bounds are equal to them. *)
Lemma total_tight : forall l f g, (forall x, In x l -> finite (f x) ≼ g x) ->
  total l g ≼ finite (add_up l f) -> forall x, In x l -> g x = finite (f x).
Proof.
  intros l f g H. induction l as [| x l IH]; simpl; [tauto |]. intros E y J.
  pose proof (H x (or_introl eq_refl)) as Hx.
  assert (Hl : forall z, In z l -> finite (f z) ≼ g z)
    by (intros z Z; apply H; right; exact Z).
  pose proof (total_at_most l (fun z => finite (f z)) g Hl) as M. rewrite total_finite in M.
  destruct (g x) as [r |] eqn:G; [| contradiction E].
  destruct (total l g) as [s |] eqn:L; [| contradiction E]. simpl in *.
  destruct J as [<- | J]; [rewrite G; f_equal; lra |].
  apply IH; [exact Hl | lra | exact J].
Qed.

(** One price with several weights. *)
Lemma total_weights : forall l w a, (forall x, 0 <= w x) ->
  total l (fun x => w x ⊙ a) = add_up l w ⊙ a.
Proof.
  intros l w a W. induction l as [| x l IH]; simpl; [rewrite weigh_0; reflexivity |].
  rewrite IH, weigh_plus; auto. apply add_up_nonneg. exact W.
Qed.

Lemma total_0 : forall l, total l (fun _ => finite 0) = finite 0.
Proof. intros l. rewrite total_finite, add_up_0. reflexivity. Qed.

End Totals.

Lemma total_swap : forall {S T} (l : list S) (m : list T) g,
  total l (fun x => total m (fun y => g x y)) = total m (fun y => total l (fun x => g x y)).
Proof.
  intros S T l m g. induction l as [| x l IH]; simpl; [symmetry; apply total_0 |].
  rewrite IH. symmetry. apply total_add.
Qed.

Lemma total_app : forall {T} (l m : list T) g, total (l ++ m) g = total l g ⊕ total m g.
Proof.
  intros T l m g. induction l as [| x l IH]; simpl; [symmetry; apply add_0 |].
  rewrite IH. apply add_assoc.
Qed.

Lemma total_map : forall {S T} (h : S -> T) l g,
  total (map h l) g = total l (fun x => g (h x)).
Proof. intros S T h l g. induction l as [| x l IH]; simpl; [| rewrite IH]; reflexivity. Qed.

Lemma total_pairs : forall {X Y : alphabet} (g : pairs X Y -> price),
  (Total z, g z) = (Total x, Total y, g (x, y)).
Proof.
  intros X Y g. simpl. induction (outcomes X) as [| x l IH]; simpl; [reflexivity |].
  rewrite total_app, IH, total_map. reflexivity.
Qed.

Lemma total_single : forall {T} (l : list T) (d : forall x y : T, {x = y} + {x <> y}) a c,
  NoDup l -> In a l -> total l (fun x => if d a x then c x else finite 0) = c a.
Proof.
  intros T l d a c N. induction N as [| x l I N IH]; simpl; [tauto |].
  intros [-> | J].
  - destruct (d a a) as [_ | D]; [| congruence].
    rewrite (total_ext l _ (fun _ => finite 0)); [rewrite total_0, add_comm; apply add_0 |].
    intros y K. destruct (d a y); [subst; contradiction | reflexivity].
  - rewrite (IH J). destruct (d a x); [subst; contradiction | apply add_0].
Qed.

(** Terms may be collected by value: if the entry [t] of a list has the weight [w t] and shows
    the outcome [v t], then all entries together cost as much as all outcomes, each with the
    weight of the entries that show it. *)
Definition weight_of {T} {X : alphabet} (l : list T) (w : T -> R) (v : T -> X) (a : X) : R :=
  add_up l (fun t => if same (v t) a then w t else 0).

Lemma collect : forall {T} {X : alphabet} (l : list T) w (v : T -> X) (g : X -> price),
  (forall t, 0 <= w t) ->
  total l (fun t => w t ⊙ g (v t)) = (Total a, weight_of l w v a ⊙ g a).
Proof.
  intros T X l w v g W.
  transitivity (Total a, total l (fun t => (if same (v t) a then w t else 0) ⊙ g a)).
  - rewrite <- total_swap. apply total_ext. intros t _.
    rewrite (total_ext _ _ (fun a => if same (v t) a then w t ⊙ g a else finite 0)).
    + symmetry. apply (total_single _ same (v t) (fun a => w t ⊙ g a) (once X)).
      apply complete.
    + intros a _. destruct (same (v t) a); [reflexivity | apply weigh_0].
  - apply total_ext. intros a _. unfold weight_of. apply total_weights.
    intros t. destruct (same (v t) a); [apply W | lra].
Qed.

(** ** The inequality that carries the book, (1.4), and what it says of one term *)

Lemma ln_below_tangent : forall t, 0 < t -> ln t <= t - 1.
Proof.
  intros t T. pose proof (exp_ineq1_le (ln t)) as E. rewrite exp_ln in E; lra.
Qed.

Lemma ln_touches_tangent : forall t, 0 < t -> ln t = t - 1 -> t = 1.
Proof.
  intros t T E. destruct (Req_dec (ln t) 0) as [Z | N]; [lra |].
  pose proof (exp_ineq1 (ln t) N) as L. rewrite exp_ln in L; lra.
Qed.

Lemma ln_ratio : forall p q, 0 < p -> 0 < q -> ln (p / q) = ln p - ln q.
Proof.
  intros p q P Q. unfold Rdiv.
  rewrite ln_mult, ln_Rinv; auto using Rinv_0_lt_compat.
Qed.

(** A term of the divergence lies above all its tangents: with [r = 1] this is the bracket of
    equation (3.4), with other [r] it gives the data processing inequality. *)
Lemma term_above_tangent : forall p q r, 0 <= p -> 0 <= q -> 0 < r ->
  finite (p * ln r + p - q * r) ≼ p ⊙ log_ratio p q.
Proof.
  intros p q r P Q R. destruct (Req_dec p 0) as [-> | N].
  { rewrite weigh_0. simpl. pose proof (Rmult_le_pos q r). lra. }
  unfold log_ratio. destruct (Rle_dec q 0) as [L | L].
  { rewrite weigh_infinite by exact N. apply at_most_infinite. }
  rewrite weigh_finite. simpl.
  assert (T : 0 < q * r / p) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra).
  pose proof (ln_below_tangent _ T) as B.
  rewrite ln_ratio, ln_mult in B; try apply Rmult_lt_0_compat; try lra.
  rewrite ln_ratio by lra.
  apply (Rmult_le_compat_l p) in B; [| lra].
  replace (p * (q * r / p - 1)) with (q * r - p) in B by (field; lra). lra.
Qed.

Lemma term_touches_tangent : forall p q r, 0 <= p -> 0 <= q -> 0 < r ->
  p ⊙ log_ratio p q = finite (p * ln r + p - q * r) -> p = q * r.
Proof.
  intros p q r P Q R. destruct (Req_dec p 0) as [-> | N].
  { rewrite weigh_0. intros E. injection E. lra. }
  unfold log_ratio. destruct (Rle_dec q 0) as [L | L].
  { rewrite weigh_infinite by exact N. discriminate. }
  rewrite weigh_finite. intros E. injection E as E.
  assert (T : 0 < q * r / p) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra).
  assert (O : q * r / p = 1).
  { apply ln_touches_tangent; [exact T |].
    rewrite ln_ratio, ln_mult; try apply Rmult_lt_0_compat; try lra.
    rewrite ln_ratio in E by lra. apply (Rmult_eq_reg_l p); [| exact N].
    replace (p * (q * r / p - 1)) with (q * r - p) by (field; lra). lra. }
  apply (Rmult_eq_compat_r p) in O.
  replace (q * r / p * p) with (q * r) in O by (field; exact N). lra.
Qed.

Lemma term_of_equals : forall p, 0 <= p -> p ⊙ log_ratio p p = finite 0.
Proof.
  intros p P. destruct (Req_dec p 0) as [-> | N]; [apply weigh_0 |].
  unfold log_ratio. destruct (Rle_dec p 0); [lra |].
  rewrite weigh_finite, ln_ratio by lra. f_equal. ring.
Qed.

(** A term of the cross-entropy is a term of the entropy and a term of the divergence. *)
Lemma term_splits : forall p q, 0 <= p ->
  p ⊙ surprisal q = finite (- (p * ln p)) ⊕ p ⊙ log_ratio p q.
Proof.
  intros p q P. destruct (Req_dec p 0) as [-> | N].
  { rewrite !weigh_0. simpl. f_equal. ring. }
  unfold surprisal, log_ratio. destruct (Rle_dec q 0).
  { rewrite weigh_infinite by exact N. reflexivity. }
  rewrite !weigh_finite, ln_ratio by lra. simpl. f_equal. ring.
Qed.

(** No probability is above 1. *)
Lemma pmf_at_most_1 : forall {X : alphabet} (P : X -> R) x, pmf P -> P x <= 1.
Proof.
  intros X P x (N & S). rewrite <- S. apply (add_up_member _ P); auto. apply complete.
Qed.

Lemma whole : forall {X : alphabet} (P : X -> R), pmf P -> add_up (outcomes X) P = 1.
Proof. intros X P (_ & S). exact S. Qed.
