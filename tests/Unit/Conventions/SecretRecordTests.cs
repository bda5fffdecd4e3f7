using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>A record prints its members, but never a secret, because a log message may contain the record.</summary>
public sealed class SecretRecordTests
{
    private const string Secret = "hunter2";

    public static TheoryData<string> Printed() =>
    [
        new TokenResponse { AccessToken = Secret, RefreshToken = Secret, ExpiresIn = 1, Scope = "" }.ToString(),
        new PresentedToken(Secret, null).ToString(),
        new User { Id = "1", Name = new UserName("ada", "ada"), PasswordHash = Secret, Roles = [], CreatedAt = default }.ToString(),
        new Factors(new TotpFactor(Secret, 1, default), [Secret]).ToString(),
        new TotpFactor(Secret, 1, default).ToString(),
        new SignInTicket("ada", "stamp", default, Secret).ToString(),
        new NewTotpDocument(Secret, Secret, Secret, Secret).ToString(),
        new RecoveryCodesDocument([Secret]).ToString(),
        new AddedFactorDocument([Secret], new TokenResponse { AccessToken = Secret, ExpiresIn = 1, Scope = "" }).ToString(),
        new StoredSecret("1", Secret, default).ToString(),
        new StoredClient { Id = "1", Scopes = [], Secrets = [new StoredSecret("1", Secret, default)], CreatedAt = default, TokensRevokedAt = default }.ToString(),
        new ClientDocument("1", [], false, [], null, null, null, null, default, null, Secret).ToString(),
        new BootstrapSecret("root", Secret, Secret).ToString(),
        new SecretBundle { Value = Secret, Attributes = new SecretBundleAttributes { Created = 0 } }.ToString(),
    ];

    [Theory]
    [MemberData(nameof(Printed))]
    public void ToString_ShowsNoSecret(string printed) => Assert.DoesNotContain(Secret, printed, StringComparison.Ordinal);
}
