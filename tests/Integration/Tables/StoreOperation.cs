namespace Gatehouse.Tests.Integration.Tables;

/// <summary>One thing that a store does.</summary>
/// <param name="Name">Of the store's member.</param>
/// <param name="PrepareAsync">What is there before.</param>
/// <param name="RunAsync">Does it, and checks what it returns.</param>
/// <param name="IsDoneAsync">Whether all of its effect can be seen.</param>
/// <param name="IsUntouchedAsync">Whether none of its effect can be seen.</param>
internal sealed record StoreOperation(
    string Name,
    Func<TableStores, Task> PrepareAsync,
    Func<TableStores, Task> RunAsync,
    Func<TableStores, Task<bool>> IsDoneAsync,
    Func<TableStores, Task<bool>> IsUntouchedAsync)
{
    public static StoreOperation Read(string name, Func<TableStores, Task> prepare, Func<TableStores, Task> run) =>
        new(name, prepare, run, static _ => Task.FromResult(true), static _ => Task.FromResult(true));
}
