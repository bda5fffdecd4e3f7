using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>The host's own store, with something happening once: right after a user was read, before the reader goes on, or right before one is written.</summary>
internal sealed class InterruptedUserStore(IUserStore store) : IUserStore
{
    private Func<Task>? _interruption;
    private Func<Task>? _beforeWrite;
    private int _readings;

    /// <summary>Puts it in the place of the host's store.</summary>
    public static void Register(IServiceCollection services)
    {
        var own = services.Last(static service => service.ServiceType == typeof(IUserStore));
        services.Remove(own);
        services.AddSingleton(provider => new InterruptedUserStore((IUserStore)(own.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, own.ImplementationType!))));
        services.AddSingleton<IUserStore>(static provider => provider.GetRequiredService<InterruptedUserStore>());
    }

    /// <summary>What happens after the next reading, or after a later one.</summary>
    public void InterruptOnce(Func<Task> interruption, int reading = 1)
    {
        _readings = reading;
        _interruption = interruption;
    }

    /// <summary>What happens before the next user is replaced.</summary>
    public void InterruptNextWrite(Func<Task> interruption) => _beforeWrite = interruption;

    public async Task<User?> FindAsync(UserName name, CancellationToken cancellationToken)
    {
        var user = await store.FindAsync(name, cancellationToken);
        if (Interlocked.Decrement(ref _readings) == 0 && Interlocked.Exchange(ref _interruption, null) is { } interruption)
        {
            await interruption();
        }

        return user;
    }

    public Task<User?> FindByEmailAsync(EmailAddress email, CancellationToken cancellationToken) => store.FindByEmailAsync(email, cancellationToken);

    public Task<User?> FindByIdAsync(string id, CancellationToken cancellationToken) => store.FindByIdAsync(id, cancellationToken);

    public Task<Page<User>> ListAsync(UserQuery query, CancellationToken cancellationToken) => store.ListAsync(query, cancellationToken);

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) => store.TryAddAsync(user, cancellationToken);

    public async Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _beforeWrite, null) is { } interruption)
        {
            await interruption();
        }

        return await store.TryReplaceAsync(user, cancellationToken);
    }

    public Task WriteForNobodyAsync(CancellationToken cancellationToken) => store.WriteForNobodyAsync(cancellationToken);

    public Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken) => store.TryRemoveAsync(user, cancellationToken);

    public Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken) =>
        store.HasEnabledUserAsync(roles, exceptId, cancellationToken);
}
