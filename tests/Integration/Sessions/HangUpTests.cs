using System.Reflection;
using Gatehouse.Access;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Revocation;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Integration.Sessions;

/// <summary>
/// A caller that hangs up during a change of access leaves the change undone or done, never half done: each operation is cut
/// before and after each of its calls to a store.
/// </summary>
[DependsOnStorage]
public sealed class HangUpTests : GatehouseTest
{
    private static readonly Administrator Root = new("root", ScopeSet.From(Scopes.All));

    public static TheoryData<string> Operations => ["logout", "reuse", "disable", "roles", "password", "reset", "remove"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task CallerHangsUp_LeavesNothingHalfDone(string operation)
    {
        var cuts = 0;
        for (var (call, isReached) = (1, true); isReached; call++)
        {
            isReached = false;
            foreach (var isBefore in new[] { true, false })
            {
                var name = $"{operation}-{call}-{(isBefore ? "before" : "after")}";
                await Host.AddUserAsync(name, "editor");
                var session = RefreshToken.TryParse((await Host.SignInAsync(name)).RefreshToken!, out var token) ? token : throw new InvalidOperationException();
                using var caller = new CancellationTokenSource();
                var cut = new Cut(caller, call, isBefore);

                var failure = await Record.ExceptionAsync(() => RunAsync(operation, name, session, cut));

                isReached |= cut.IsMade;
                cuts += cut.IsMade ? 1 : 0;
                var (isChanged, isRevoked) = await ReadStateAsync(operation, name, session);
                Assert.True(isChanged == isRevoked, $"{name} is half done: changed {isChanged}, tokens revoked {isRevoked}. {failure?.Message}");
                Assert.True(isChanged || failure is OperationCanceledException, $"{name} was not carried out, and the caller was not told: {failure}");
            }
        }

        // The cuts really hit: at least one write to each of two stores, before and after it.
        Assert.True(cuts >= 4, $"Only {cuts} cuts were made.");
    }

    private async Task RunAsync(string operation, string name, RefreshToken session, Cut cut)
    {
        var services = Host.Services;
        var users = CutStore.Of(services.GetRequiredService<IUserStore>(), cut);
        var feed = new RevocationFeed(
            CutStore.Of(services.GetRequiredService<IRevocationStore>(), cut),
            Host.Time,
            services.GetRequiredService<IOptions<RevocationOptions>>(),
            services.GetRequiredService<RevocationRetention>(),
            services.GetRequiredService<AuditLog>(),
            services.GetRequiredService<ILogger<RevocationFeed>>());
        var refreshTokens = new RefreshTokens(
            CutStore.Of(services.GetRequiredService<IRefreshTokenStore>(), cut),
            feed,
            services.GetRequiredService<RequestOrigin>(),
            Host.Time,
            services.GetRequiredService<IOptions<TokensOptions>>(),
            services.GetRequiredService<AuditLog>(),
            services.GetRequiredService<ILogger<RefreshTokens>>());
        var administration = new UserAdministration(
            users,
            services.GetRequiredService<PasswordHashing>(),
            feed,
            services.GetRequiredService<Roles>(),
            Host.Time,
            services.GetRequiredService<IOptions<AuthenticationOptions>>(),
            services.GetRequiredService<AuditLog>());
        _ = UserName.TryParse(name, out var userName);
        var user = (await services.GetRequiredService<IUserStore>().FindAsync(userName, Cancellation))!;
        switch (operation)
        {
            case "logout":
                await refreshTokens.EndAsync(session.FamilyId, "logout");
                break;
            case "reuse":
                var family = (await services.GetRequiredService<IRefreshTokenStore>().FindAsync(session.FamilyId, Cancellation))!;
                var stale = session with { Secret = [.. new byte[32]] };
                await Assert.ThrowsAsync<InvalidRefreshTokenException>(() => refreshTokens.RedeemAsync(stale, family, cut.Token));
                break;
            case "disable":
                await administration.ChangeAsync(user, static user => user with { IsEnabled = false }, password: null, Root, cut.Token);
                break;
            case "roles":
                await administration.ChangeAsync(user, static user => user with { Roles = ["viewer"] }, password: null, Root, cut.Token);
                break;
            case "reset":
                await administration.ChangeAsync(user, static user => user, "another horse, another battery", Root, cut.Token);
                break;
            case "password":
                await administration.ChangePasswordAsync(user, "another horse, another battery", cut.Token);
                break;
            default:
                await administration.RemoveAsync(user, Root, cut.Token);
                break;
        }
    }

    /// <summary>Whether the change was made, and whether the feed holds the revocation that belongs to it.</summary>
    private async Task<(bool IsChanged, bool IsRevoked)> ReadStateAsync(string operation, string name, RefreshToken session)
    {
        var family = (await Host.Services.GetRequiredService<IRefreshTokenStore>().FindAsync(session.FamilyId, Cancellation))!;
        _ = UserName.TryParse(name, out var userName);
        var user = await Host.Services.GetRequiredService<IUserStore>().FindAsync(userName, Cancellation);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        RevocationPage page;
        do
        {
            page = await Host.Services.GetRequiredService<IRevocationStore>().ReadAsync(cursor, Cancellation);
            ids.UnionWith(page.Entries.Select(static entry => entry.Id));
            cursor = page.Cursor;
        }
        while (page.HasMore);

        var isChanged = operation switch
        {
            "logout" or "reuse" => family.RevokedAt is not null,
            "disable" => user is { IsEnabled: false },
            "roles" => user is { Roles: ["viewer"] },
            "reset" => user is { MustChangePassword: true },
            "password" => user is { SessionsEndedAt: not null },
            _ => user is null,
        };
        return (isChanged, operation is "logout" or "reuse" ? ids.Contains(session.FamilyId) : ids.Contains(family.Subject));
    }

    /// <summary>The point at which the caller hangs up.</summary>
    private sealed class Cut(CancellationTokenSource caller, int call, bool isBefore)
    {
        private int _calls;

        public CancellationToken Token => caller.Token;

        public bool IsMade => caller.IsCancellationRequested;

        public async Task<bool> BeginAsync()
        {
            var isThis = Interlocked.Increment(ref _calls) == call;
            if (isThis && isBefore)
            {
                await caller.CancelAsync();
            }

            return isThis && !isBefore;
        }

        public Task EndAsync() => caller.CancelAsync();
    }

    /// <summary>A store during one of whose calls the caller hangs up.</summary>
    public class CutStore : DispatchProxy
    {
        private object _store = null!;
        private Cut _cut = null!;

        internal static TStore Of<TStore>(TStore store, object cut)
            where TStore : class
        {
            var proxy = Create<TStore, CutStore>();
            var own = (CutStore)(object)proxy;
            own._store = store;
            own._cut = (Cut)cut;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var isAsync = targetMethod!.ReturnType.IsGenericType;
            return typeof(CutStore).GetMethod(isAsync ? nameof(CallAsync) : nameof(CallPlainAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(isAsync ? targetMethod.ReturnType.GetGenericArguments() : [typeof(bool)])
                .Invoke(this, [targetMethod, args]);
        }

        private async Task<TResult> CallAsync<TResult>(MethodInfo method, object?[] args)
        {
            var cutsAfter = await _cut.BeginAsync();
            var result = await (Task<TResult>)method.Invoke(_store, args)!;
            if (cutsAfter)
            {
                await _cut.EndAsync();
            }

            return result;
        }

        private async Task<TResult> CallPlainAsync<TResult>(MethodInfo method, object?[] args)
        {
            var cutsAfter = await _cut.BeginAsync();
            await (Task)method.Invoke(_store, args)!;
            if (cutsAfter)
            {
                await _cut.EndAsync();
            }

            return default!;
        }
    }
}
