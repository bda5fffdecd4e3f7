using Gatehouse.Users;

namespace Gatehouse.Tests.Unit.Users;

/// <summary>Which new passwords are refused, and the advice that their users get.</summary>
public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("Password123!", "a common password")]
    [InlineData("Welcome2024!", "a common password")]
    [InlineData("P@ssw0rd1234", "a common password")]
    [InlineData("Password123!Password123!", "a common password")]
    [InlineData("passwordpasswordpassword", "a common password")]
    [InlineData("QWERTY123456789", "a common password")]
    [InlineData("Summer2026!!", "a common")]
    [InlineData("zaq12wsxcde3", "a common password")]
    [InlineData("aaaaaaaaaaaaaaaaa", "a repeated character")]
    [InlineData("abcdefghijklmnop", "a sequence such as abc or 123")]
    [InlineData("kjhgfdsalkjhg", "keys that are next to each other")]
    [InlineData("lovelace1234", "a part of the user name")]
    [InlineData("Gatehouse1234", "a part of the user name")]
    [InlineData("1234567890123", "a sequence such as abc or 123")]
    public void EasilyGuessedPassword_IsRefused_AndTheReasonIsNamed(string password, string reason)
    {
        var fault = PasswordRules.FindFault(password, Name("ada.lovelace@example.com"));

        Assert.NotNull(fault);
        Assert.Contains("easy to guess", fault, StringComparison.Ordinal);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain(password, fault, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("a long enough password")]
    [InlineData("V9x-2kLm-Qw8r")]
    [InlineData("zwölf Übungen für Ödön")]
    [InlineData("Летний вечер в городе")]
    public void PasswordThatWithstandsGuesses_IsAccepted(string password) => Assert.Null(PasswordRules.FindFault(password, Name("ada")));

    [Fact]
    public void LongPassword_IsJudgedByItsFirst32Characters()
    {
        Assert.NotNull(PasswordRules.FindFault(new string('a', 32) + " correct horse battery staple", Name("ada")));
        Assert.Null(PasswordRules.FindFault("correct horse battery staple" + new string('a', 100), Name("ada")));
    }

    private static UserName Name(string text)
    {
        Assert.True(UserName.TryParse(text, out var name));
        return name;
    }
}
