@echo off
rem Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in compliance
rem with the License. You may obtain a copy of the License at https://www.apache.org/licenses/LICENSE-2.0
rem Unless required by applicable law or agreed to in writing, software distributed under the License is distributed
rem on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
rem
rem Runs Maven on this project, in the current directory: the pinned version from the wrapper's cache, else an
rem installed mvn that is new enough, else the pinned version, downloaded from the Apache archive and checked.
rem The versions are in .mvn\wrapper\maven-wrapper.properties. PowerShell finds or fetches Maven and prints its path.

setlocal
set "MAVEN_BASEDIR=%~dp0"
if "%MAVEN_BASEDIR:~-1%"=="\" set "MAVEN_BASEDIR=%MAVEN_BASEDIR:~0,-1%"

if defined JAVA_HOME (
  if not exist "%JAVA_HOME%\bin\java.exe" (
    echo mvnw: JAVA_HOME is "%JAVA_HOME%", but there is no bin\java.exe in it. Set it to a JDK 17 or newer, or unset it. 1>&2
    exit /b 1
  )
) else (
  where /q java.exe || (
    echo mvnw: no Java found. Install a JDK 17 or newer and put it on the PATH, or set JAVA_HOME to it. 1>&2
    exit /b 1
  )
)

set "MVNW_SELF=%~f0"
set "MVNW_MVN="
for /f "usebackq tokens=* delims=" %%m in (`powershell -NoProfile -ExecutionPolicy Bypass -Command "& ([scriptblock]::Create((Get-Content -Raw -LiteralPath $env:MVNW_SELF).Substring((Get-Content -Raw -LiteralPath $env:MVNW_SELF).LastIndexOf('#POWERSHELL'))))"`) do set "MVNW_MVN=%%m"
if not defined MVNW_MVN exit /b 1

call "%MVNW_MVN%" %*
exit /b %ERRORLEVEL%

#POWERSHELL
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Fail($message) {
    [Console]::Error.WriteLine("mvnw: $message")
    exit 1
}

$file = Join-Path $env:MAVEN_BASEDIR '.mvn\wrapper\maven-wrapper.properties'
$settings = @{}
Get-Content -LiteralPath $file | Where-Object { $_ -match '^(\w+)=(.*)$' } | ForEach-Object { $settings[$Matches[1]] = $Matches[2].Trim() }
foreach ($key in 'mavenVersion', 'minimumVersion', 'distributionUrl', 'zipChecksum') {
    if (-not $settings[$key]) { Fail "${file}: the key $key is missing" }
}
$version = $settings.mavenVersion

$userHome = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
$dists = Join-Path $userHome 'wrapper\dists'
foreach ($pattern in "apache-maven-$version*\bin\mvn.cmd", "apache-maven-$version*\*\bin\mvn.cmd", "apache-maven-$version*\*\*\bin\mvn.cmd") {
    $found = Get-ChildItem -Path (Join-Path $dists $pattern) -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($found) { $found.FullName; exit 0 }
}

$installed = Get-Command mvn.cmd -ErrorAction SilentlyContinue | Select-Object -First 1
if ($installed) {
    $text = (& $installed.Source -v 2>$null) -join "`n"
    if ($text -match 'Apache Maven (\d+\.\d+\.\d+)' -and [version]$Matches[1] -ge [version]$settings.minimumVersion) {
        $installed.Source
        exit 0
    }
}

$url = $settings.distributionUrl
$target = Join-Path $dists "apache-maven-$version\$($settings.zipChecksum.Substring(0, 8))"
$work = Join-Path $dists ".download.$([guid]::NewGuid().ToString('N'))"
try {
    New-Item -ItemType Directory -Force -Path $work, (Split-Path $target) | Out-Null
    [Console]::Error.WriteLine("mvnw: downloading Maven $version from $url (once, to $target)")
    $archive = Join-Path $work 'maven.zip'
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $archive
    $actual = (Get-FileHash -Algorithm SHA512 -LiteralPath $archive).Hash
    if ($actual -ne $settings.zipChecksum) {
        throw "the download of $url has a wrong checksum and was deleted: expected SHA-512 $($settings.zipChecksum), actual $actual"
    }
    Expand-Archive -LiteralPath $archive -DestinationPath $work
    if (-not (Test-Path (Join-Path $target 'bin\mvn.cmd'))) {
        Move-Item -LiteralPath (Join-Path $work "apache-maven-$version") -Destination $target
    }
    Join-Path $target 'bin\mvn.cmd'
} catch {
    Fail $_.Exception.Message
} finally {
    Remove-Item -Recurse -Force -LiteralPath $work -ErrorAction SilentlyContinue
}
