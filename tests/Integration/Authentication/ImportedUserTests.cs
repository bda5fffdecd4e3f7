using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Users who arrive from another system with the hash of their password.</summary>
[DependsOnStorage]
public sealed class ImportedUserTests : GatehouseTest
{
    // By bcryptjs. The password is shorter than a new one may be.
    private const string Password = "opensesame";
    private const string Hash = "$2b$04$fHj8nFFcpO/mFXrpHoPLpOoMpW2oz3cvzpeQAs5baSLr0ApSFAQgq";

    private const int Iterations = 100;

    private string _admin = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Authorization:Roles:helpdesk"] = "users:read users:write" },
        Configure = static builder => builder.Services.AddSingleton<IOptions<AuthenticationOptions>>(Options.Create(new AuthenticationOptions { HashingIterations = Iterations, SignInIterations = 2_000 })),
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Fact]
    public async Task ImportedUser_SignsInWithTheOldPassword_AndOurOwnHashReplacesTheImportedOne()
    {
        using var created = await CreateAsync(new { username = "ada@example.com", passwordHash = Hash, roles = new[] { "viewer" } });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.False((await created.ReadJsonAsync()).GetProperty("mustChangePassword").GetBoolean());
        var audited = Host.Logs.GetSnapshot().Single(static record => record.Id.Name == "UserImported");
        Assert.Equal("viewer", audited.GetStructuredStateValue("Roles"));
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static record => record.Message.Contains(Hash, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada@example.com", "open sesame"));
        Assert.Equal(Hash, await ReadHashAsync("ada@example.com"));

        using var signedIn = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada@example.com", password = Password }, TestContext.Current.CancellationToken);
        using var listing = await Host.GetAsync("/api/products", (await Hosting.Tokens.ReadAsync(signedIn)).AccessToken);
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
        Assert.Equal(Iterations, HashedPassword.ReadIterations(await ReadHashAsync("ada@example.com")));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada@example.com", Password));
    }

    [Fact]
    public async Task ImportedUser_WhoIsDisabled_DoesNotSignIn()
    {
        using var created = await CreateAsync(new { username = "ada", passwordHash = Hash, enabled = false });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada", Password));
    }

    [Theory]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99", "bcrypt")]
    [InlineData("$argon2id$v=19$m=2097152,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o", "64 MiB")]
    [InlineData("$2b$12$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u", "Set Authentication:SignInIterations to 286720 or more")]
    [InlineData("$2b$31$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u", "Authentication:SignInIterations")]
    [InlineData("$argon2id$v=19$m=65536,t=9999,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o", "Authentication:SignInIterations")]
    [InlineData("$pbkdf2-sha512$999999999$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44", "Authentication:SignInIterations")]
    public async Task Hash_OfAnotherForm_OrThatCostsMoreThanASignIn_IsRefused(string passwordHash, string reason)
    {
        using var refused = await CreateAsync(new { username = "ada", passwordHash });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(reason, (await refused.ReadJsonAsync()).GetProperty("errors").GetProperty("passwordHash")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WithAPasswordToo_OrWithRolesBeyondTheOwn_IsRefused()
    {
        using var both = await CreateAsync(new { username = "ada", password = "paper kite over the harbour", passwordHash = Hash });
        Assert.Equal(HttpStatusCode.BadRequest, both.StatusCode);
        Assert.Equal("Give password or passwordHash, not both.", (await both.ReadJsonAsync()).GetProperty("errors").GetProperty("passwordHash")[0].GetString());

        await Host.AddUserAsync("hal", "helpdesk");
        _admin = (await Host.SignInAsync("hal")).AccessToken;
        using var beyond = await CreateAsync(new { username = "ada", passwordHash = Hash, roles = new[] { "admin" } });
        Assert.Equal(HttpStatusCode.Forbidden, beyond.StatusCode);
        Assert.Null(await Host.Services.GetRequiredService<IUserStore>().FindAsync(NameOf("ada"), TestContext.Current.CancellationToken));
    }

    private Task<HttpResponseMessage> CreateAsync(object user) => Host.SendAsync(HttpMethod.Post, "/users", _admin, JsonContent.Create(user));

    private async Task<string> ReadHashAsync(string name) =>
        (await Host.Services.GetRequiredService<IUserStore>().FindAsync(NameOf(name), TestContext.Current.CancellationToken))!.PasswordHash;

    private static UserName NameOf(string text) => UserName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
