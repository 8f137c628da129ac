using System.Transactions;

namespace RefreshTokenRotation.Relational;

/// <summary>Takes a call out of a transaction of the caller: its rollback must not undo what was reported as done.</summary>
internal static class SuppressedTransaction
{
    /// <summary>Null where there is none to step out of.</summary>
    public static TransactionScope? Enter() => Transaction.Current is null
        ? null
        : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
}
