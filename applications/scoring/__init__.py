"""How the applications of a call are compared, as pure functions of numbers: no database, no Django.

Read in this order:

1. `marks`          what goes in: who reviewed which application, and the marks they gave
2. `ranking`        weighted totals, raw means, the quorum, places with explicit ties, the cut
3. `calibration`    what is corrected: lenient and harsh reviewers, wide and narrow ones, few reviews
4. `probability`    how sure we are: the chance to be among the best k, and of one being above another
5. `agreement`      how much reviewers agree, per criterion
6. `comparability`  whether the plan of reviews lets reviewers be compared at all, and what would mend it
7. `flags`          what a person should look at before the result is frozen
8. `robustness`     whether the same applications are chosen when something small is done differently
9. `lottery`        the draw among those whom the reviews cannot tell apart, recomputable by anybody
10. `bundle`        all of it as one canonical file with its hash; `verify_dossier` recomputes that file
"""
