using Gatehouse.Local;

namespace Gatehouse.Tests.Unit.Local;

public sealed class HostArgumentsTests
{
    [Fact]
    public void CommandLine_Empty_ListensOnTheUsualPortWithTheDemo()
    {
        var arguments = Read();

        Assert.Equal("http://localhost:7071", arguments.Urls);
        Assert.Equal(Path.Combine(RepositoryFolder.Root, ".local"), arguments.DataFolder);
        Assert.True(arguments.WithDemo);
        Assert.False(arguments.UsesTables);
        Assert.Null(arguments.EnvironmentName);
        Assert.Empty(arguments.Settings);
    }

    [Fact]
    public void CommandLine_EveryOption_IsRead()
    {
        var arguments = Read(
            "--urls", "http://*:80", "--data=a=b", "--no-demo", "--storage", "tables", "--environment", "Production", "--settings", "@my.json",
            "--Tokens:Issuer=https://a/?b=c", "--Tokens:Audience", "x", "--storage:tableprefix=t", "--Keys:Folder=");

        Assert.Equal("http://*:80", arguments.Urls);
        Assert.Equal("a=b", arguments.DataFolder);
        Assert.False(arguments.WithDemo);
        Assert.True(arguments.UsesTables);
        Assert.Equal("Production", arguments.EnvironmentName);
        Assert.Equal("@my.json", arguments.SettingsFile);
        Assert.Equal("https://a/?b=c", arguments.Settings["tokens:issuer"]);
        Assert.Equal("x", arguments.Settings["Tokens:Audience"]);
        Assert.Equal("t", arguments.Settings["Storage:TablePrefix"]);
        Assert.Equal("", arguments.Settings["Keys:Folder"]);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--version")]
    public void CommandLine_Question_IsNoError(string option)
    {
        var commandLine = new HostCommandLine([option]);

        Assert.True(commandLine.IsQuestion);
        Assert.Null(commandLine.Error);
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--bogus'. See --help.", "--bogus", "1")]
    [InlineData("Unrecognized command or argument 'run'. See --help.", "run")]
    [InlineData("The option --storage takes sqlite or tables. 'disk' is neither. See --help.", "--storage=disk")]
    [InlineData("The option --urls takes URLs such as http://localhost:7071, separated by semicolons; TLS is for a proxy in front. 'https://localhost' is not that. See --help.", "--urls", "https://localhost")]
    [InlineData("Required argument missing for option: '--data'. See --help.", "--data")]
    [InlineData("The option --data needs a value. See --help.", "--data", "--no-demo")]
    [InlineData("Required argument missing for option: '--data'. See --help.", "--data", "--Tokens:Audience=x")]
    [InlineData("The option --data needs a value. See --help.", "--data", " ")]
    [InlineData("Required argument missing for option: '--data'. See --help.", "--data=")]
    [InlineData("The option --data needs a value. See --help.", "--data", "--bogus")]
    [InlineData("The option --Tokens:Issuer needs a value. See --help.", "--Tokens:Issuer")]
    public void CommandLine_Mistake_NamesTheOption(string expected, params string[] args) =>
        Assert.Equal(expected, new HostCommandLine(args).Error);

    private static HostArguments Read(params string[] args)
    {
        var commandLine = new HostCommandLine(args);
        Assert.Null(commandLine.Error);
        Assert.False(commandLine.IsQuestion);
        return commandLine.ReadArguments();
    }
}
