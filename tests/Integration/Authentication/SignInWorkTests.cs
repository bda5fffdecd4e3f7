using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>What sign-ins cost, counted in iterations: time would tell who exists, and no test can measure it on a busy machine.</summary>
public sealed class SignInWorkTests : IDisposable
{
    private const int Fewer = 100_000;
    private const int More = 120_000;

    private readonly TemporaryFolder _folder = new();
    private readonly HashingWork _work = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FailedSignIns_CostTheSameIterations_ForEveryReasonAndStoredHash()
    {
        await using (var before = await StartAsync(Fewer))
        {
            await AddAsync(before, "weak");
        }

        await using var host = await StartAsync(More);
        await AddAsync(host, "strong");

        // The first one makes the hash of nobody too.
        await CostAsync(host, "nobody", "x", HttpStatusCode.Unauthorized);

        foreach (var (name, password) in new[]
        {
            ("nobody", "x"), ("nobody", GatehouseHost.Password), ("no\u200Bname", "x"),
            ("weak", "x"), ("weak-disabled", "x"), ("weak-disabled", GatehouseHost.Password), ("weak-locked", "x"), ("weak-locked", GatehouseHost.Password),
            ("strong", "x"), ("strong-disabled", "x"), ("strong-disabled", GatehouseHost.Password), ("strong-locked", "x"), ("strong-locked", GatehouseHost.Password),
            ("strong-expired", "x"), ("strong-expired", GatehouseHost.Password),
        })
        {
            Assert.Equal((name, More), (name, await CostAsync(host, name, password, HttpStatusCode.Unauthorized)));
        }
    }

    [Theory]
    [InlineData(Fewer, More)]
    [InlineData(More, Fewer)]
    public async Task ChangedIterations_ApplyToAUser_AfterTheNextSignIn(int before, int after)
    {
        await using (var host = await StartAsync(before))
        {
            await host.AddUserAsync("ada", "viewer");
        }

        await using var changed = await StartAsync(after);
        await CostAsync(changed, "ada", GatehouseHost.Password, HttpStatusCode.OK);

        Assert.Equal(after, await CostAsync(changed, "ada", GatehouseHost.Password, HttpStatusCode.OK));
        Assert.Equal(after, await CostAsync(changed, "ada", "x", HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task HashOfAnotherAlgorithm_CostsNoLess()
    {
        await using var host = await StartAsync(Fewer);

        // ASP.NET Identity of long ago: version 2, PBKDF2-HMAC-SHA1 with 1 000 iterations.
        var old = new byte[49];
        var ada = await host.AddUserAsync("ada", "viewer");
        await host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(ada with { PasswordHash = Convert.ToBase64String(old) }, TestContext.Current.CancellationToken);
        await CostAsync(host, "nobody", "x", HttpStatusCode.Unauthorized);

        Assert.Equal(Fewer, await CostAsync(host, "ada", "x", HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task ImportedHash_AndTheMissingIterations_MakeUpWhatAnUnknownNameCosts()
    {
        await using var host = await StartAsync(Fewer, More);
        var users = host.Services.GetRequiredService<IUserStore>();
        await CostAsync(host, "nobody", "x", HttpStatusCode.Unauthorized);
        Assert.Equal(More, await CostAsync(host, "nobody", "x", HttpStatusCode.Unauthorized));

        foreach (var text in new[]
        {
            "$2b$04$SV/TD9iCMc3SMJvjjwPDCeS7d3go6zo5.EUgx5W4OD904Vvq4aIPS",
            "$argon2id$v=19$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o",
            "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M",
        })
        {
            var hash = ImportedHash.Find(text)!;
            var user = await host.AddUserAsync($"arrived {hash.Work}", "viewer");
            Assert.NotNull(await users.TryReplaceAsync(user with { PasswordHash = hash.Stored }, TestContext.Current.CancellationToken));

            Assert.Equal(More - hash.Work, await CostAsync(host, user.Name.Value, "x", HttpStatusCode.Unauthorized));
        }
    }

    private Task<GatehouseHost> StartAsync(int iterations, int? signIn = null) => GatehouseHost.StartAsync(new GatehouseHostOptions
    {
        DataFolder = _folder.Path,
        Settings = new Dictionary<string, string?> { ["Authentication:HashingIterations"] = $"{iterations}", ["Authentication:SignInIterations"] = signIn?.ToString(CultureInfo.InvariantCulture) },
        Configure = builder => _work.Register(builder.Services),
    });

    private static async Task AddAsync(GatehouseHost host, string name)
    {
        var users = host.Services.GetRequiredService<IUserStore>();
        await host.AddUserAsync(name, "viewer");
        var disabled = await host.AddUserAsync($"{name}-disabled", "viewer");
        var locked = await host.AddUserAsync($"{name}-locked", "viewer");
        Assert.NotNull(await users.TryReplaceAsync(disabled with { IsEnabled = false }, TestContext.Current.CancellationToken));
        var expired = await host.AddUserAsync($"{name}-expired", "viewer");
        Assert.NotNull(await users.TryReplaceAsync(expired with { PasswordExpiresAt = host.Time.GetUtcNow() }, TestContext.Current.CancellationToken));
        Assert.NotNull(await users.TryReplaceAsync(locked with { SignIns = SignInHistory.Empty with { StrangersEmptyAt = host.Time.GetUtcNow().AddDays(3) } }, TestContext.Current.CancellationToken));
    }

    private async Task<long> CostAsync(GatehouseHost host, string username, string password, HttpStatusCode expected)
    {
        _work.Take();
        using var response = await host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        return _work.Take();
    }
}
