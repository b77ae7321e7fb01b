-- Nothing to change here: this engine's index is read from the end that is wanted (S2).
SELECT 1;
